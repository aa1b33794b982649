import { moneyAmount, wholeAmount } from "./amountArgument.ts";
import type { CommandSpec } from "./commandSpec.ts";

/** Keys are the measures that a run is capped by. */
interface BudgetArguments {
  readonly tokens: number | null;
  readonly cost_usd: number | null;
  readonly turns: number | null;
  readonly seconds: number | null;
  readonly ci_runs: number | null;
  readonly findings: number | null;
}

export const budget: CommandSpec<"budget", BudgetArguments> = {
  name: "budget",
  usage: "/autopack budget +N",
  summary:
    "Raises what the run may use, as far as the operator's ceiling allows, and lets it go on if it waited for that.",
  who: "maintain",
  where: ["issue", "pull_request"],
  examples: ["/autopack budget +500k", "/autopack budget cost_usd=+5 turns=+100"],
  needsAnArgument: true,
  args: {
    tokens: wholeAmount("positional", "Tokens."),
    cost_usd: moneyAmount("Money, as metered, or else as the agents report it."),
    turns: wholeAmount("option", "Turns of agents."),
    seconds: wholeAmount("option", "Seconds of agents and commands."),
    ci_runs: wholeAmount("option", "CI runs."),
    findings: wholeAmount("option", "Minor findings that the run may carry."),
  },
};
