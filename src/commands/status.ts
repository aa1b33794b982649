import type { CommandSpec } from "./commandSpec.ts";

export const status: CommandSpec<"status"> = {
  name: "status",
  usage: "/autopack status",
  summary: "Says where the run stands and what it waits for.",
  who: "reader",
  where: ["issue", "pull_request"],
  examples: ["/autopack status"],
};
