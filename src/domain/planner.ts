import { isLive } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { recorded } from "./attemptRecord.ts";
import { become } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { AttemptRecord } from "./event.ts";
import { rateLimitSeconds } from "./failures/rateLimitSeconds.ts";
import type { Phase } from "./phase.ts";
import { callPlanner, interrupted, isAtWork, waitForLimit } from "./phaseWork.ts";
import { queuedPhase } from "./queuedPhase.ts";
import { limitsOf } from "./rulesOf.ts";
import type { FailureReason, Run } from "./run.ts";

/** Unknown on purpose: what is not in the table is held strictly. */
const PLANNING = "planning";

/** The phase that writes a run's plan; a planning that is taken up again keeps its past attempts. */
export function plannerPhase(run: Run): Phase {
  const { planner, request } = run;
  const plan = {
    title: "Plan",
    tier: "Planning",
    category: PLANNING,
    instructions: request.body,
    acceptance: [],
    spec: null,
    files: [],
    impacts: [],
    dependsOn: [],
    priority: 0,
    complexity: null,
  } as const;
  const fresh = queuedPhase(run.id, { plan, ordinal: 0, tier: 0 });
  return planner === null ? fresh : { ...fresh, attempt: planner.attempt, pastAttempts: planner.pastAttempts };
}

/** An agent writes the plan, or is about to. */
export function isPlannerAtWork({ planner }: Run): boolean {
  return planner !== null && isAtWork(planner);
}

/** Whether news of the plan is what the run waits for: from the attempt that writes it where there is one, else from its reading. */
export function isAwaited(run: Run, record: AttemptRecord | undefined): boolean {
  if (run.state.kind !== "planning") return false;
  if (record === undefined) return !isPlannerAtWork(run);
  return isPlannerAtWork(run) && run.planner?.attempt?.id === record.attemptId && isLive(run.planner.attempt);
}

/** The run with its planner's attempt completed; as it is where the plan came without one. */
export function plannerEnded(run: Run, record: AttemptRecord | undefined, reason: string): Run {
  const attempt = run.planner?.attempt ?? null;
  if (record === undefined || run.planner === null || attempt === null) return run;
  const completed: Attempt = { ...recorded(attempt, record), state: "completed" };
  const state = { kind: "skipped", reason, cause: "unchanged" } as const;
  return { ...run, planner: { ...run.planner, attempt: completed, state } };
}

/** Goes on after a planner's attempt that gave no plan; `attempt` as it ended. */
export function plannerFailed(run: Run, planner: Phase, attempt: Attempt): Decision {
  const failure = attempt.failure ?? { class: "agent", message: "it failed without saying why" };
  const failed: Phase = { ...planner, attempt };
  const afterSeconds = failure.class === "rate_limit" ? rateLimitSeconds(failure, attempt.waits) : null;
  if (afterSeconds !== null) return waitForLimit(run, failed, { attempt, afterSeconds });
  if (failure.class === "environment" || failure.class === "rate_limit")
    return again(interrupted(run, failed, { role: "planner", wait: true, message: failure.message }));
  const tried: Phase = { ...failed, retryAttempt: planner.retryAttempt + 1, feedback: failure.message };
  if (tried.retryAttempt < limitsOf(run, planner, "planner").attempts) return callPlanner(run, tried);
  return given(run, tried, {
    reason: "plan_invalid",
    message: `The planner gave no plan that holds: ${failure.message}`,
  });
}

/** A planner that was interrupted too often is given up, and the run with it: there is nothing else to go on with. */
export function again(decision: Decision): Decision {
  const { run } = decision;
  if (run.planner?.state.kind !== "failed") return decision;
  const { reason, cause } = run.planner.state;
  return given(run, run.planner, { reason: cause, message: reason });
}

function given(
  run: Run,
  planner: Phase,
  { reason, message }: { readonly reason: FailureReason; readonly message: string },
): Decision {
  const state = { kind: "failed", reason: message, cause: reason } as const;
  return become({
    ...run,
    planner: { ...planner, state },
    state: { kind: "failed", reason, message, problems: [] },
  });
}
