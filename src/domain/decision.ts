import type { Intent } from "./intent.ts";
import type { Phase } from "./phase.ts";
import type { FailureReason, Run, RunState } from "./run.ts";

/** What one event does: the run as it is afterwards, and the work that calls for. Unchanged means stale. */
export interface Decision {
  readonly run: Run;
  readonly intents: readonly Intent[];
  readonly changed: boolean;
}

/** The event is about something past, or does not concern this run: nothing happens. */
export function stay(run: Run): Decision {
  return { run, intents: [], changed: false };
}

export function become(run: Run, ...intents: readonly Intent[]): Decision {
  return { run, intents, changed: true };
}

export function move(run: Run, state: RunState, ...intents: readonly Intent[]): Decision {
  return become({ ...run, state }, ...intents);
}

/** The run with a phase, or its planner, in place of what had its id. */
export function withPhase(run: Run, phase: Phase): Run {
  if (run.planner?.id === phase.id) return { ...run, planner: phase };
  return { ...run, phases: run.phases.map((other) => (other.id === phase.id ? phase : other)) };
}

/** Ends a run that needs a person, an operator or another plan. `retry` can take it up again. */
export function fail(run: Run, reason: FailureReason, message: string): Decision {
  return move(run, { kind: "failed", reason, message, problems: [] });
}
