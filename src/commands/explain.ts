import type { CommandSpec } from "./commandSpec.ts";
import { phaseArgument } from "./phaseArgument.ts";

export const explain: CommandSpec<"explain", { readonly phase: number }> = {
  name: "explain",
  usage: "/autopack explain <phase>",
  summary: "Tells the story of one phase: attempts, failures, verdicts, findings and evidence.",
  who: "triage",
  where: ["issue", "pull_request"],
  examples: ["/autopack explain 2"],
  args: { phase: phaseArgument(true, "The phase to be told of.") },
};
