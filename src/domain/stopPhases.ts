import { hasEnded } from "./phase.ts";
import type { Phase } from "./phase.ts";
import { cancelled, isAtWork, withoutPlanner } from "./phaseWork.ts";
import type { Run } from "./run.ts";

/** Ends every phase that is at work, and the attempt it has running. */
export function stopPhases(run: Run, reason: string): Run {
  return withoutPlanner({ ...run, phases: run.phases.map((phase) => stopPhase(phase, reason)) }, reason);
}

function stopPhase(phase: Phase, reason: string): Phase {
  if (hasEnded(phase)) return phase;
  const state: Phase["state"] = isAtWork(phase)
    ? { kind: "failed", reason, cause: "requires_human_review" }
    : { kind: "skipped", reason, cause: "stopped" };
  return { ...phase, attempt: cancelled(phase.attempt), state };
}
