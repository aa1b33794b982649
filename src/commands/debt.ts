import type { CommandSpec } from "./commandSpec.ts";

export const debt: CommandSpec<"debt"> = {
  name: "debt",
  usage: "/autopack debt",
  summary: "Starts a run that cleans up what the backlog holds, and does nothing else.",
  who: "write",
  where: ["issue"],
  examples: ["/autopack debt"],
};
