import type { CommandSpec } from "./commandSpec.ts";

export const help: CommandSpec<"help"> = {
  name: "help",
  usage: "/autopack help",
  summary: "Lists the commands, and who may use them.",
  who: "reader",
  where: ["issue", "pull_request"],
  examples: ["/autopack help"],
};
