import type { CommandSpec } from "./commandSpec.ts";

export const backlog: CommandSpec<"backlog"> = {
  name: "backlog",
  usage: "/autopack backlog",
  summary: "Lists the repository's open findings, those due for cleaning up first.",
  who: "triage",
  where: ["issue"],
  examples: ["/autopack backlog"],
};
