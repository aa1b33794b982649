import { MEASURES } from "./budget/budget.ts";
import type { Amounts } from "./budget/budget.ts";
import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { Sha } from "./ids.ts";
import type { Phase } from "./phase.ts";
import { requeued } from "./phaseSteering.ts";
import { headOf, resumeWork } from "./phaseWork.ts";
import { isFinal, isPaused } from "./run.ts";
import type { Hold, Run } from "./run.ts";
import { cancelWave, planRun } from "./schedule.ts";
import { stopPhases } from "./stopPhases.ts";

type SteeringEvent = Extract<
  RunEvent,
  {
    kind: "cancel_requested" | "held" | "resumed" | "rollback_requested" | "branch_reset";
  }
>;

/** Takes what people ask for. Whether they may ask is judged before, in `steering.ts`. */
export function steeringEvent(run: Run, event: SteeringEvent): Decision {
  switch (event.kind) {
    case "cancel_requested": {
      if (isFinal(run.state)) return stay(run);
      return move(stopPhases(run, `cancelled by ${event.by}`), { kind: "cancelled", by: event.by, why: "command" });
    }
    case "held":
      return isFinal(run.state) || !canHold(run, event.how) ? stay(run) : become({ ...run, hold: personHold(event) });
    case "resumed":
      return isFinal(run.state) ? stay(run) : resume(run, event);
    case "rollback_requested":
      return rollback(run, event);
    case "branch_reset":
      return run.rollback?.to === event.to ? reset(run, event.to) : stay(run);
  }
}

/** A pause may become a hold; whoever holds a run already is not put aside. */
export function canHold({ hold }: Run, how: "pause" | "hold"): boolean {
  return hold === null || (hold.kind === "person" && hold.how === "pause" && how === "hold");
}

function personHold(event: Extract<SteeringEvent, { kind: "held" }>): Hold {
  return { ...event, kind: "person" };
}

/** Lets a held run go on, with more to spend where it was given more. An edited issue is passed over: the plan stands. */
function resume(run: Run, { extra, keepsHold }: Extract<SteeringEvent, { kind: "resumed" }>): Decision {
  const extraBudget = added(run.extraBudget, extra);
  const raised: Run = extraBudget === null ? run : { ...run, extraBudget };
  const isLifted = keepsHold !== true || run.hold?.kind === "budget";
  if (!isLifted || (run.hold === null && run.edited === null)) return extraBudget === null ? stay(run) : become(raised);
  const free: Run = { ...raised, hold: null, edited: keepsHold === true ? run.edited : null };
  return isPaused(free) ? become(free) : resumeWork(free, run.hold);
}

/** The run's additions with these; null when nothing is added. */
function added(before: Amounts, extra: Amounts): Amounts | null {
  if (!MEASURES.some((measure) => (extra[measure] ?? 0) > 0)) return null;
  const sums = MEASURES.map((measure) => [measure, (before[measure] ?? 0) + (extra[measure] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
}

/**
 * Goes back to an earlier head: what landed after it, and what is at work, is done again. What was spent stays spent.
 *
 * Nothing starts before the branch has been moved and read back.
 */
function rollback(run: Run, { to, by }: { readonly to: Sha; readonly by: string }): Decision {
  const from = headOf(run);
  const landing = landingAt(run, to);
  if (isFinal(run.state) || run.rollback !== null || from === undefined || landing === null || to === run.head)
    return stay(run);
  if (phaseInPush(run) !== undefined) return stay(run);
  const phases = run.phases.map((phase) => {
    const isKept = phase.state.kind === "complete" ? phase.state.landing <= landing : isDropped(phase);
    return isKept ? phase : { ...requeued(run, phase), feedback: null };
  });
  const back: Run = {
    ...run,
    phases,
    landing: null,
    hold: null,
    gates: [],
    verifiedBase: null,
    mergeRefusal: null,
    rollback: { from, to, by },
  };
  return move(back, { kind: "building" }, { kind: "reset_branch", runId: run.id });
}

function isDropped({ state }: Phase): boolean {
  return state.kind === "skipped" && (state.cause === "split" || state.cause === "unchanged");
}

/** The phase whose commit is being pushed, or was, by a worker that has died since: the branch may have it unheard of. */
export function phaseInPush({ phases, landing }: Run): Phase | undefined {
  return phases.find((phase) => phase.id === landing && phase.state.kind === "integrating");
}

/** How many commits of the run lie under a checkpoint; null when it is none of this run's. The base counts as one, with none. */
export function landingAt(run: Run, sha: Sha): number | null {
  if (sha === run.base?.sha) return 0;
  const phase = run.phases.find((candidate) => candidate.state.kind === "complete" && candidate.state.sha === sha);
  return phase?.state.kind === "complete" ? phase.state.landing : null;
}

function reset(run: Run, head: Sha): Decision {
  return become(planRun({ ...run, head, waves: run.waves.map(cancelWave), rollback: null, foreignCommits: 0 }));
}
