import type { CommandSpec } from "./commandSpec.ts";

export const pause: CommandSpec<"pause"> = {
  name: "pause",
  usage: "/autopack pause",
  summary: "Starts nothing new; what runs goes on to its end, and a finished change may still be merged.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ["/autopack pause"],
};
