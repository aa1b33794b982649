import type { CommandSpec } from "./commandSpec.ts";

export const run: CommandSpec<"run"> = {
  name: "run",
  usage: "/autopack run",
  summary: "Starts a run for this issue, as the `autopack` label does.",
  who: "write",
  where: ["issue"],
  examples: ["/autopack run"],
};
