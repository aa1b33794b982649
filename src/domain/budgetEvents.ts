import type { Shortage } from "./budget/budget.ts";
import { become, fail, stay, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { Phase } from "./phase.ts";
import { abandon, haltPhases } from "./phaseWork.ts";
import { strategyOf } from "./rulesOf.ts";
import { isLiveRun } from "./run.ts";
import type { Run } from "./run.ts";

type BudgetEvent = Extract<RunEvent, { kind: "budget_refused" }>;

/**
 * A cap is reached. The run pauses with everything as it is, so that more budget lets it go on where it stands; or, where
 * the configuration says so, what the cap belongs to ends: the phase alone, or the run.
 */
export function budgetEvent(run: Run, { phaseId, shortage }: BudgetEvent): Decision {
  if (!isLiveRun(run.state)) return stay(run);
  const phase = [run.planner, ...run.phases].find((candidate) => candidate?.id === phaseId) ?? undefined;
  if (strategyOf(run).onExhausted === "pause") return pause(run, phase, shortage);
  const message = shortageText(shortage);
  const isItsOwn = shortage.level === "attempt" || shortage.level === "phase";
  if (phase !== undefined && phase.id !== run.planner?.id && isItsOwn)
    return abandon(run, phase, { reason: "budget_exhausted", message });
  return fail(haltPhases(run, { reason: message, cause: "budget_exhausted" }), "budget_exhausted", message);
}

function pause(run: Run, phase: Phase | undefined, shortage: Shortage): Decision {
  const isKnown = run.hold?.kind === "budget";
  const held: Run = isKnown ? run : { ...run, hold: { kind: "budget", shortage, phaseId: phase?.id ?? null } };
  if (phase?.state.kind !== "checking") return isKnown ? stay(run) : become(held);
  return become(withPhase(held, { ...phase, state: { kind: "checking", stalled: true } }));
}

/** One line: which cap, how much of it is used, and what is missing to go on. */
export function shortageText({ level, measure, cap, spent, missing }: Shortage): string {
  const unit = measure.replaceAll("_", " ");
  return `the ${level}'s budget of ${cap} ${unit} does not allow for more (${spent} used or reserved; at least ${missing} more needed)`;
}
