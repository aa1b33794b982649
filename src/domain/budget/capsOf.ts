import type { Phase } from "../phase.ts";
import { rulesOf, strategyOf } from "../rulesOf.ts";
import type { Run } from "../run.ts";
import { phaseBudget, runBudget, tierBudget } from "../strategy/strategyBudgets.ts";
import { MEASURES } from "./budget.ts";
import type { Amounts, Budgets } from "./budget.ts";

/**
 * The caps that hold for work on a phase, or on the run as a whole, which has none of an attempt, a phase or a tier.
 *
 * What people added to a run raises its own caps, those of each of its phases and tiers, and its issue's, so that one
 * addition lets the work go on whatever cap it has reached. `issueExtra` is what was added to all runs of the issue: an
 * addition to an earlier one was spent by that one. It raises neither the cap of an attempt, as the next attempt has all of
 * that again, nor the cap of a day, which protects the operator.
 */
export function capsOf(run: Run, phase: Phase | null, issueExtra: Amounts): Budgets {
  const { budgets } = strategyOf(run);
  const own = runBudget(strategyOf(run), run.phases.length);
  return {
    attempt: phase === null ? {} : budgets.attempt,
    phase: phase === null ? {} : phaseCaps(run, phase),
    // The plan is written before there are tiers.
    tier: phase === null || phase.tier === 0 ? {} : tierCaps(run, phase.tier),
    run: raiseCaps(own, run.extraBudget),
    issue: raiseCaps(budgets.issue, issueExtra),
    day: budgets.day,
  };
}

export function phaseCaps(run: Run, phase: Phase): Amounts {
  return raiseCaps(phaseBudget(strategyOf(run), rulesOf(run, phase)), run.extraBudget);
}

export function tierCaps(run: Run, tier: number): Amounts {
  const rules = run.phases.filter((phase) => phase.tier === tier).map((phase) => rulesOf(run, phase));
  return raiseCaps(tierBudget(strategyOf(run), rules), run.extraBudget);
}

/** What has no cap stays unlimited. */
function raiseCaps(caps: Amounts, extra: Amounts): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const cap = caps[measure];
      return cap === undefined ? [] : [[measure, cap + (extra[measure] ?? 0)]];
    }),
  );
}
