import type { CommandSpec } from "./commandSpec.ts";

export const ping: CommandSpec<"ping"> = {
  name: "ping",
  usage: "/autopack ping",
  summary: "Says that Autopack is alive and hears this repository.",
  who: "reader",
  where: ["issue", "pull_request"],
  examples: ["/autopack ping"],
};
