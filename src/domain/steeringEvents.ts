import { MEASURES } from "./budget/budget.ts";
import type { Amounts } from "./budget/budget.ts";
import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { Phase } from "./phase.ts";
import type { Sha } from "./ids.ts";
import { hasEnded } from "./phase.ts";
import { cancelled, headOf, isAtWork, resumeWork } from "./phaseWork.ts";
import { queuedPhase } from "./planEvents.ts";
import { cancelWave, planRun } from "./schedule.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";

type SteeringEvent = Extract<
  RunEvent,
  {
    kind:
      "approved" | "retry_requested" | "cancel_requested" | "held" | "resumed" | "rollback_requested" | "branch_reset";
  }
>;

/** Takes what people ask for. Whether they may ask is judged before, in `steering.ts`. */
export function steeringEvent(run: Run, event: SteeringEvent): Decision {
  switch (event.kind) {
    case "approved":
      return event.sha === run.head && !hasApproved(run, event.by) && !isFinal(run.state)
        ? become({ ...run, approvals: [...run.approvals, { sha: event.sha, by: event.by }] })
        : stay(run);
    case "retry_requested":
      return retryRun(run);
    case "cancel_requested": {
      if (isFinal(run.state)) return stay(run);
      return move(stopPhases(run, `cancelled by ${event.by}`), { kind: "cancelled", by: event.by, why: "command" });
    }
    case "held":
      if (isFinal(run.state) || run.hold !== null) return stay(run);
      return become({ ...run, hold: { kind: "person", by: event.by, reason: event.reason } });
    case "resumed":
      return isFinal(run.state) ? stay(run) : resume(run, event.extra);
    case "rollback_requested":
      return rollback(run, event);
    case "branch_reset":
      return run.rollback?.to === event.to ? reset(run, event.to) : stay(run);
  }
}

/** Ends every phase that is at work, and the attempt it has running. */
export function stopPhases(run: Run, reason: string): Run {
  return { ...run, phases: run.phases.map((phase) => stopPhase(phase, reason)) };
}

function stopPhase(phase: Phase, reason: string): Phase {
  if (hasEnded(phase)) return phase;
  const state: Phase["state"] = isAtWork(phase)
    ? { kind: "failed", reason, cause: "requires_human_review" }
    : { kind: "skipped", reason, cause: "stopped" };
  return { ...phase, attempt: cancelled(phase.attempt), state };
}

function hasApproved(run: Run, login: string): boolean {
  return run.approvals.some((approval) => approval.sha === run.head && approval.by === login);
}

/**
 * Takes a failed run up again where it stopped: planning, the phases that failed with what hangs on them, or the
 * verification. What failed starts with clean counters, and knows why it failed.
 */
function retryRun(run: Run): Decision {
  const refused = run.state.kind === "promotable" && run.mergeRefusal !== null;
  if (run.state.kind !== "failed" && !refused) return stay(run);
  if (run.phases.length === 0) return move(run, { kind: "queued" }, { kind: "prepare_run", runId: run.id });
  const phases = run.phases.map((phase) => (isLeftOut(phase) ? requeued(run, phase) : phase));
  const waves = run.waves.map(cancelWave);
  const again: Run = { ...run, phases, waves, landing: null, hold: null, mergeRefusal: null, verifiedBase: null };
  return move(planRun(again), { kind: "building" });
}

function isLeftOut({ state }: Phase): boolean {
  return (
    state.kind === "failed" || (state.kind === "skipped" && (state.cause === "dependency" || state.cause === "stopped"))
  );
}

/** The phase as it was planned, with its past: what it was tried with is not lost. */
function requeued(run: Run, phase: Phase): Phase {
  const fresh = queuedPhase(run.id, phase);
  const feedback = phase.state.kind === "failed" ? phase.state.reason : phase.feedback;
  const { category, raisedBecause, needsInstall, pastAttempts } = phase;
  return { ...fresh, category, raisedBecause, needsInstall, attempt: cancelled(phase.attempt), pastAttempts, feedback };
}

/** Lets a held run go on, with more to spend where it was given more. */
function resume(run: Run, extra: Amounts): Decision {
  const added = MEASURES.filter((measure) => (extra[measure] ?? 0) > 0);
  if (run.hold === null && added.length === 0) return stay(run);
  const extraBudget = Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const sum = (run.extraBudget[measure] ?? 0) + (extra[measure] ?? 0);
      return sum > 0 ? [[measure, sum]] : [];
    }),
  );
  const resumed = run.hold === null ? become(run) : resumeWork(run);
  return become({ ...resumed.run, extraBudget, hold: null }, ...resumed.intents);
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
