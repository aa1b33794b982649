import type { CommandSpec } from "./commandSpec.ts";

export const unhold: CommandSpec<"unhold"> = {
  name: "unhold",
  usage: "/autopack unhold",
  summary: "Takes a hold off again.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ["/autopack unhold"],
};
