import type { CommandSpec } from "./commandSpec.ts";

export const resume: CommandSpec<"resume"> = {
  name: "resume",
  usage: "/autopack resume",
  summary: "Lets a paused run go on; where its issue was edited meanwhile, with the plan as it is.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ["/autopack resume"],
};
