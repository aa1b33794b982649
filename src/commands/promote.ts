import type { CommandSpec } from "./commandSpec.ts";

export const promote: CommandSpec<"promote"> = {
  name: "promote",
  usage: "/autopack promote",
  summary: "Takes the draft mark off the pull request, and merges it where the configuration lets Autopack merge.",
  who: "write",
  where: ["pull_request"],
  examples: ["/autopack promote"],
};
