import type { CommandSpec } from "./commandSpec.ts";

export const cancel: CommandSpec<"cancel"> = {
  name: "cancel",
  usage: "/autopack cancel",
  summary: "Stops the run at once; what has landed on the integration branch stays.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ["/autopack cancel"],
};
