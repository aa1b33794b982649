import { MEASURES } from "../budget/budget.ts";
import type { Amounts } from "../budget/budget.ts";
import type { CategoryRules, Strategy } from "./strategy.ts";

/** Room for every phase of a tier to be done three times over. */
const TIER_TOKENS_FACTOR = 3;
/** One CI run for a phase's change, and one for its repair, at the least. */
const MIN_CI_RUNS_PER_PHASE = 2;

type BudgetSource = Pick<Strategy, "budgets" | "ceilings" | "minorFindingsPerPhase">;

/** The cap of a phase over all its attempts. */
export function phaseBudget(
  { budgets }: Pick<Strategy, "budgets">,
  { tokens }: Pick<CategoryRules, "tokens">,
): Amounts {
  return { ...budgets.phase, tokens };
}

/**
 * The cap of a tier of these phases: what is configured, else three times the phases' tokens, and a CI run for each attempt
 * and each revision they may have, so that no phase is stopped by it while it may still try.
 */
export function tierBudget(
  strategy: BudgetSource,
  phases: readonly Pick<CategoryRules, "tokens" | "attempts">[],
): Amounts {
  const counted = {
    tokens: TIER_TOKENS_FACTOR * phases.reduce((sum, { tokens }) => sum + tokens, 0),
    ci_runs: phases.reduce((sum, phase) => sum + ciRunsOf(phase), 0),
    findings: strategy.minorFindingsPerPhase.tier * phases.length,
  };
  return lowered({ ...counted, ...strategy.budgets.tier }, strategy.ceilings.budgets.tier);
}

/** The cap of a run of so many phases. */
export function runBudget(strategy: BudgetSource, phases: number): Amounts {
  const counted = { findings: strategy.minorFindingsPerPhase.run * phases };
  return lowered({ ...counted, ...strategy.budgets.run }, strategy.ceilings.budgets.run);
}

function ciRunsOf({ attempts }: Pick<CategoryRules, "attempts">): number {
  return Math.max(MIN_CI_RUNS_PER_PHASE, attempts.builder + attempts.auditor);
}

function lowered(amounts: Amounts, ceiling: Amounts = {}): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const amount = amounts[measure];
      return amount === undefined ? [] : [[measure, Math.min(amount, ceiling[measure] ?? amount)]];
    }),
  );
}
