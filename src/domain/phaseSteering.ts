import { become, move, stay, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { PhaseId } from "./ids.ts";
import type { Phase } from "./phase.ts";
import { cancelled, check, headOf } from "./phaseWork.ts";
import { queuedPhase } from "./queuedPhase.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import { cancelWave, planRun } from "./schedule.ts";

type PhaseSteering = Extract<RunEvent, { kind: "retry_requested" | "phase_skipped" }>;

/** Takes what people decide about phases: which are tried again, and which are left out. */
export function phaseSteering(run: Run, event: PhaseSteering): Decision {
  if (isFinal(run.state)) return stay(run);
  switch (event.kind) {
    case "retry_requested":
      return event.phaseId === null ? retryRun(run) : retryPhase(run, event.phaseId);
    case "phase_skipped":
      return skip(run, event);
  }
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
  return again({ ...run, phases, hold: null });
}

/** One phase that failed or was left out, with what was left out because of it. Others that failed stay failed. */
function retryPhase(run: Run, phaseId: PhaseId): Decision {
  const phase = run.phases.find(({ id }) => id === phaseId);
  const canGoOn = run.state.kind === "failed" || run.state.kind === "building";
  if (phase === undefined || !canGoOn || !(isLeftOut(phase) || isSkippedByPerson(phase))) return stay(run);
  return goOn(withDependents(withPhase(run, requeued(run, phase))));
}

/**
 * Has a phase that failed checked with the candidate that it failed with. What hangs on it goes on when it has landed: it is a
 * wave of its own, where that which it was in is over.
 */
export function checkAgain(run: Run, phase: Phase): Decision {
  const { run: open } = goOn(run);
  const isInWave = open.waves.some(({ state, phases }) => state === "running" && phases.includes(phase.ordinal));
  const kept = open.waves.filter(({ state }) => state !== "pending");
  const { tier } = phase;
  const wave = {
    number: kept.length + 1,
    tier,
    phases: [phase.ordinal],
    state: "running",
    base: headOf(run) ?? null,
  } as const;
  const checking = check({ ...open, waves: isInWave ? kept : [...kept, wave] }, { ...phase, feedback: null });
  return become(planRun(withDependents(checking.run)), ...checking.intents);
}

/** Leaves a phase out, whatever it is at. Those that depend on it go on: their own checks say whether they can do without. */
function skip(run: Run, event: Extract<PhaseSteering, { kind: "phase_skipped" }>): Decision {
  const phase = run.phases.find(({ id }) => id === event.phaseId);
  if (phase === undefined || !canSkip(run, phase)) return stay(run);
  const reason = `skipped by ${event.by}: ${event.reason}`;
  const out: Phase = {
    ...phase,
    attempt: cancelled(phase.attempt),
    state: { kind: "skipped", reason, cause: "person" },
  };
  const freed = run.landing === phase.id ? { ...run, landing: null } : run;
  return goOn(withDependents(withPhase(freed, out)));
}

/** Whether a phase can be left out now: it has not landed, and is not being pushed. */
export function canSkip({ state: runState, landing }: Run, { id, state }: Phase): boolean {
  if (!["awaiting_approval", "building", "failed"].includes(runState.kind) || state.kind === "complete") return false;
  if (state.kind === "integrating" && landing === id) return false;
  return state.kind !== "skipped" || state.cause === "dependency" || state.cause === "stopped";
}

/** Queues again what was left out only because of a phase that stands no longer in its way, and so on. */
function withDependents(run: Run): Run {
  const next = run.phases.find(
    (phase) => phase.state.kind === "skipped" && phase.state.cause === "dependency" && !isBlocked(run, phase),
  );
  return next === undefined ? run : withDependents(withPhase(run, requeued(run, next)));
}

function isBlocked(run: Run, { plan }: Phase): boolean {
  return run.phases.some(
    ({ ordinal, state }) =>
      plan.dependsOn.includes(ordinal) &&
      (state.kind === "failed" || (state.kind === "skipped" && ["dependency", "stopped"].includes(state.cause))),
  );
}

/** A run that failed builds again; one that is building goes on with new waves for what is queued now. */
function goOn(run: Run): Decision {
  if (run.state.kind === "failed") return again(run);
  return become(run.state.kind === "building" ? planRun(run) : run);
}

function again(run: Run): Decision {
  const waves = run.waves.map(cancelWave);
  const fresh: Run = { ...run, waves, landing: null, mergeRefusal: null, verifiedBase: null };
  return move(planRun(fresh), { kind: "building" });
}

function isLeftOut({ state }: Phase): boolean {
  return (
    state.kind === "failed" || (state.kind === "skipped" && (state.cause === "dependency" || state.cause === "stopped"))
  );
}

function isSkippedByPerson({ state }: Phase): boolean {
  return state.kind === "skipped" && state.cause === "person";
}

/** The phase as it was planned, with its past: what it was tried with is not lost. */
export function requeued(run: Run, phase: Phase): Phase {
  const fresh = queuedPhase(run.id, phase);
  const feedback = phase.state.kind === "failed" ? phase.state.reason : phase.feedback;
  const { category, raisedBecause, needsInstall, pastAttempts } = phase;
  return { ...fresh, category, raisedBecause, needsInstall, attempt: cancelled(phase.attempt), pastAttempts, feedback };
}
