import { LEVELS } from "../budget/budget.ts";
import type { Budgets, Level } from "../budget/budget.ts";
import { amountsOf } from "./chosen.ts";
import { bareRules } from "./chooseRules.ts";
import { chooseStrategy } from "./chooseStrategy.ts";
import type { Policy, StrategyOverrides } from "./overrides.ts";
import type { CategoryRules, Strategy } from "./strategy.ts";

export interface StrategyInput {
  readonly overrides: StrategyOverrides;
  readonly policy: Policy;
  /** Approvals that the configuration's `promotion` asks for. */
  readonly approvals: number;
}

/** A strategy that is not frozen yet. */
export type CompiledStrategy = Omit<Strategy, "hash">;

/**
 * Table, safety profile, the repository's overrides, the operator's ceilings, in this order: who comes later wins, and
 * nothing gets past the ceilings.
 *
 * It does not depend on the plan: what follows from a plan is counted by `phaseRules`, `tierBudget` and `runBudget`.
 */
export function compileStrategy(input: StrategyInput): CompiledStrategy {
  const chosen = chooseStrategy(input);
  return {
    profile: chosen.profile.value,
    maxParallel: chosen.maxParallel.value,
    categories: Object.fromEntries(
      Object.entries(chosen.categories).map(([name, rules]): [string, CategoryRules] => [name, bareRules(rules)]),
    ),
    aliases: chosen.aliases,
    maxPhases: chosen.maxPhases.value,
    budgets: Object.fromEntries(
      LEVELS.map((level): [Level, Budgets[Level]] => [level, amountsOf(chosen.budgets[level])]),
    ) as Budgets,
    onExhausted: chosen.onExhausted.value,
    minorFindingsPerPhase: {
      tier: chosen.minorFindingsPerPhase.tier.value,
      run: chosen.minorFindingsPerPhase.run.value,
    },
    ageing: { runs: chosen.ageing.runs.value, tiers: chosen.ageing.tiers.value },
    approvals: chosen.approvals.value,
    auditEveryPhase: chosen.auditEveryPhase.value,
    investigator: amountsOf(chosen.investigator),
    ceilings: chosen.ceilings,
  };
}
