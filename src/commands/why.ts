import type { CommandSpec } from "./commandSpec.ts";

export const why: CommandSpec<"why"> = {
  name: "why",
  usage: "/autopack why",
  summary: "Lists everything that keeps the change from being merged, with who can clear it and how.",
  who: "reader",
  where: ["issue", "pull_request"],
  examples: ["/autopack why"],
};
