import type { CommandSpec } from "./commandSpec.ts";
import { phaseArgument } from "./phaseArgument.ts";

export const retry: CommandSpec<"retry", { readonly phase: number | null }> = {
  name: "retry",
  usage: "/autopack retry [phase]",
  summary: "Gives what failed new attempts; what has landed stays.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ["/autopack retry", "/autopack retry 3"],
  args: { phase: phaseArgument(false, "Only this phase, with what hangs on it; otherwise all that failed.") },
};
