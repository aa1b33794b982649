import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { Phase } from "./phase.ts";
import { isSettled } from "./phase.ts";
import { cancelled, goOn } from "./phaseWork.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";

type SteeringEvent = Extract<RunEvent, { kind: "approved" | "retry_requested" | "cancel_requested" }>;

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
  }
}

/** Ends every phase that is at work, and the attempt it has running. */
export function stopPhases(run: Run, reason: string): Run {
  return { ...run, phases: run.phases.map((phase) => stopPhase(phase, reason)) };
}

function stopPhase(phase: Phase, reason: string): Phase {
  if (isSettled(phase) || phase.state.kind === "failed") return phase;
  const kind = phase.state.kind === "queued" ? "skipped" : "failed";
  return { ...phase, attempt: cancelled(phase.attempt), state: { kind, reason } };
}

function hasApproved(run: Run, login: string): boolean {
  return run.approvals.some((approval) => approval.sha === run.head && approval.by === login);
}

/**
 * Takes a failed run up again where it stopped: planning, the failed phase, or the verification. What failed starts
 * with clean counters, and knows why it failed.
 */
function retryRun(run: Run): Decision {
  const refused = run.state.kind === "promotable" && run.mergeRefusal !== null;
  if (run.state.kind !== "failed" && !refused) return stay(run);
  if (run.phases.length === 0) return move(run, { kind: "queued" }, { kind: "prepare_run", runId: run.id });
  const phases = run.phases.map((phase) => (isSettled(phase) || phase.state.kind === "queued" ? phase : reset(phase)));
  return goOn({ ...run, phases, mergeRefusal: null, verifiedBase: null });
}

function reset(phase: Phase): Phase {
  const feedback = phase.state.kind === "failed" ? phase.state.reason : phase.feedback;
  return {
    ...phase,
    state: { kind: "queued" },
    retryAttempt: 0,
    revisionEpoch: 0,
    auditFailures: 0,
    interruptions: 0,
    candidate: null,
    evidence: [],
    verdict: null,
    feedback,
  };
}
