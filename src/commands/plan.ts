import type { CommandSpec } from "./commandSpec.ts";

export const plan: CommandSpec<"plan"> = {
  name: "plan",
  usage: "/autopack plan",
  summary:
    "Shows what a run of this issue would do, what it is likely to use and what stands in its way; starts nothing.",
  who: "triage",
  where: ["issue"],
  examples: ["/autopack plan"],
};
