import type { CommandSpec } from "./commandSpec.ts";

export const preflight: CommandSpec<"preflight"> = {
  name: "preflight",
  usage: "/autopack preflight",
  summary: "Runs the preflight of the head again.",
  who: "write",
  where: ["pull_request"],
  examples: ["/autopack preflight"],
};
