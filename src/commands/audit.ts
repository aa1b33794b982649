import type { CommandSpec } from "./commandSpec.ts";

export const audit: CommandSpec<"audit"> = {
  name: "audit",
  usage: "/autopack audit",
  summary: "Has the whole change audited again, as it stands on the branch.",
  who: "write",
  where: ["pull_request"],
  examples: ["/autopack audit"],
};
