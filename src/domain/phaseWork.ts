import { isLive } from "./attempt.ts";
import type { Attempt, AttemptFailure, AttemptRole } from "./attempt.ts";
import { become, fail, move, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { attemptId } from "./ids.ts";
import type { Intent } from "./intent.ts";
import type { Candidate, Phase } from "./phase.ts";
import type { FailureReason, Run } from "./run.ts";
import { NO_USAGE } from "./usage.ts";

/** Lost attempts and environment failures a phase survives before the run asks for an operator. */
const MAX_INTERRUPTIONS = 10;

/** The longest wait before an attempt that met a broken environment is tried again, in seconds. */
const MAX_WAIT_SECONDS = 60;

/** Starts the next queued phase; when none is left, has the branch verified, or ends the run that changed nothing. */
export function goOn(run: Run): Decision {
  const next = run.phases.find((phase) => phase.state.kind === "queued");
  if (next !== undefined) return build({ ...run, state: { kind: "building" } }, next);
  if (run.head === null) return move(run, { kind: "no_changes" });
  return move(run, { kind: "verifying" }, { kind: "verify_run", runId: run.id });
}

export function build(run: Run, phase: Phase): Decision {
  return startAttempt(run, { ...phase, state: { kind: "building" } }, { role: "builder" });
}

/** Has a candidate checked on the head as it is now. */
export function check(run: Run, phase: Phase): Decision {
  return become(withPhase(run, { ...phase, state: { kind: "checking" } }), {
    kind: "check_phase",
    runId: run.id,
    phaseId: phase.id,
  });
}

/** Sends a checked candidate on: to the Auditor, or to the branch when this very patch has been approved already. */
export function judge(run: Run, phase: Phase): Decision {
  const approved = phase.verdict?.decision === "approve" && phase.verdict.patch === phase.candidate?.patch;
  if (approved || run.settings?.auditor === null) return integrate(run, phase);
  return audit(run, phase);
}

export function audit(run: Run, phase: Phase): Decision {
  return startAttempt(run, { ...phase, state: { kind: "auditing" } }, { role: "auditor" });
}

/** Has an approved candidate committed and pushed; when the head has moved under it, checks it there first. */
export function integrate(run: Run, phase: Phase): Decision {
  if (phase.candidate?.base !== headOf(run)) return check(run, phase);
  return become(withPhase(run, { ...phase, state: { kind: "integrating" } }), {
    kind: "integrate_phase",
    runId: run.id,
    phaseId: phase.id,
  });
}

/** Another Builder attempt with the failure's text, while the configured number of attempts lasts. */
export function retry(run: Run, phase: Phase, failure: AttemptFailure): Decision {
  const allowed = run.settings?.builder.limits.attempts ?? 1;
  if (failure.class === "policy") return abandon(run, phase, { reason: "policy_violation", message: failure.message });
  const tried = phase.retryAttempt + 1;
  if (tried >= allowed) {
    const message = `${tried === 1 ? "One attempt" : `${tried} attempts`} failed. The last one: ${failure.message}`;
    return abandon(run, { ...phase, retryAttempt: tried }, { reason: "phases_failed", message });
  }
  return build(run, { ...phase, retryAttempt: tried, feedback: failure.message });
}

/** The same work once more because its worker was lost or its environment broke. Uses up no attempt. */
export function interrupted(
  run: Run,
  phase: Phase,
  options: { readonly role: AttemptRole; readonly wait: boolean; readonly message: string },
): Decision {
  const interruptions = phase.interruptions + 1;
  if (interruptions > MAX_INTERRUPTIONS)
    return abandon(run, phase, { reason: "environment", message: options.message });
  const afterSeconds = options.wait ? Math.min(MAX_WAIT_SECONDS, 2 ** interruptions) : 0;
  return startAttempt(run, { ...phase, interruptions }, { role: options.role, afterSeconds });
}

/** Gives a phase up, and the run with it. */
export function abandon(
  run: Run,
  phase: Phase,
  why: { readonly reason: FailureReason; readonly message: string },
): Decision {
  const failed = withPhase(run, { ...phase, state: { kind: "failed", reason: why.message } });
  return fail(failed, why.reason, `Phase ${phase.ordinal}, “${phase.plan.title}”: ${why.message}`);
}

/** Fails the phase that is at work, so that a retry takes it up; what has not begun stays queued. */
export function haltPhases(run: Run, reason: string): Run {
  return { ...run, phases: run.phases.map((phase) => (isAtWork(phase) ? halt(phase, reason) : phase)) };
}

function isAtWork({ state }: Phase): boolean {
  return ["building", "checking", "auditing", "integrating"].includes(state.kind);
}

function halt(phase: Phase, reason: string): Phase {
  return { ...phase, attempt: cancelled(phase.attempt), state: { kind: "failed", reason } };
}

/** The attempt as it ends when nobody waits for it any more. */
export function cancelled(attempt: Attempt | null): Attempt | null {
  return attempt !== null && isLive(attempt) ? { ...attempt, state: "cancelled" } : attempt;
}

/** Where work starts from: the integration head, or the base while there is none. */
export function headOf(run: Run): Candidate["base"] | undefined {
  return run.head ?? run.base?.sha;
}

function startAttempt(
  run: Run,
  phase: Phase,
  options: { readonly role: AttemptRole; readonly afterSeconds?: number },
): Decision {
  const number = (phase.attempt?.number ?? 0) + 1;
  const attempt: Attempt = {
    id: attemptId(phase.id, number),
    number,
    role: options.role,
    state: "pending",
    workerId: null,
    failure: null,
    log: null,
    usage: NO_USAGE,
  };
  const intent: Intent = {
    kind: options.role === "builder" ? "build_phase" : "audit_phase",
    runId: run.id,
    attemptId: attempt.id,
    ...(options.afterSeconds ? { afterSeconds: options.afterSeconds } : {}),
  };
  const pastAttempts = phase.attempt === null ? phase.pastAttempts : [...phase.pastAttempts, phase.attempt];
  return become(withPhase(run, { ...phase, attempt, pastAttempts }), intent);
}
