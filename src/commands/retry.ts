import type { CommandSpec } from "./commandSpec.ts";

export const retry: CommandSpec<"retry"> = {
  name: "retry",
  usage: "/autopack retry",
  summary: "Gives what failed new attempts; what has landed stays.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ["/autopack retry"],
};
