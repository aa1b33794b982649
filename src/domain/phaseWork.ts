import { isLive } from "./attempt.ts";
import type { Attempt, AttemptRole } from "./attempt.ts";
import { become, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { needsAudit } from "./rulesOf.ts";
import { attemptId as attemptIdOf } from "./ids.ts";
import type { Sha } from "./ids.ts";
import type { Intent } from "./intent.ts";
import type { Phase } from "./phase.ts";
import type { FailureReason, Hold, Run } from "./run.ts";
import { NO_USAGE } from "./usage.ts";

/** Lost attempts, environment failures and conflicts with a moved head that a phase survives before it is given up. */
const MAX_INTERRUPTIONS = 10;

/** The longest wait before an attempt that met a broken environment is tried again, in seconds. */
const MAX_WAIT_SECONDS = 60;

/** Has an agent write the plan. */
export function callPlanner(run: Run, planner: Phase, afterSeconds = 0): Decision {
  return startAttempt(
    { ...run, planner },
    { ...planner, state: { kind: "building" } },
    { role: "planner", afterSeconds },
  );
}

export function build(run: Run, phase: Phase, afterSeconds = 0): Decision {
  return startAttempt(run, { ...phase, state: { kind: "building" } }, { role: "builder", afterSeconds });
}

/** Has the whole change read, for a phase that is nothing but an audit of it. */
export function readChange(run: Run, phase: Phase): Decision {
  return become(withPhase(run, { ...phase, state: { kind: "building" } }), {
    kind: "read_change",
    runId: run.id,
    phaseId: phase.id,
  });
}

/** Has a candidate checked on the head as it is now. */
export function check(run: Run, phase: Phase): Decision {
  return become(withPhase(run, { ...phase, state: { kind: "checking" } }), {
    kind: "check_phase",
    runId: run.id,
    phaseId: phase.id,
  });
}

/** Sends a checked candidate on: to the Auditor, or into line when this very patch has been approved or needs no audit. */
export function judge(run: Run, phase: Phase): Decision {
  const approved = phase.verdict?.decision === "approve" && phase.verdict.patch === phase.candidate?.patch;
  return approved || !needsAudit(run, phase) ? integrate(run, phase) : audit(run, phase);
}

export function audit(run: Run, phase: Phase): Decision {
  return startAttempt(run, { ...phase, state: { kind: "auditing" } }, { role: "auditor" });
}

/** Puts a candidate in line for the branch; the phase whose turn it is already goes on with its turn. */
export function integrate(run: Run, phase: Phase): Decision {
  const inLine = withPhase(run, { ...phase, state: { kind: "integrating" } });
  if (run.landing !== phase.id) return become(inLine);
  if (phase.candidate?.base !== headOf(run)) return check(run, phase);
  return become(inLine, { kind: "integrate_phase", runId: run.id, phaseId: phase.id });
}

export function investigate(run: Run, phase: Phase): Decision {
  const escalated: Phase = { ...phase, state: { kind: "building" }, escalationLevel: phase.escalationLevel + 1 };
  return startAttempt(run, escalated, { role: "investigator" });
}

/** The same work once more for a reason that is nobody's failure. Uses up no attempt. */
export function interrupted(
  run: Run,
  phase: Phase,
  options: { readonly role: AttemptRole; readonly wait: boolean; readonly message: string },
): Decision {
  const interruptions = phase.interruptions + 1;
  if (interruptions > MAX_INTERRUPTIONS)
    return abandon(run, phase, { reason: "environment", message: options.message });
  const afterSeconds = options.wait ? Math.min(MAX_WAIT_SECONDS, 2 ** interruptions) : 0;
  const state = options.role === "auditor" ? phase.state : ({ kind: "building" } as const);
  return startAttempt(run, { ...phase, state, interruptions }, { role: options.role, afterSeconds });
}

/** The same attempt goes on when the provider's rate limit allows it. Uses up nothing. */
export function waitForLimit(
  run: Run,
  phase: Phase,
  options: { readonly attempt: Attempt; readonly afterSeconds: number },
): Decision {
  const attempt: Attempt = { ...options.attempt, state: "paused", failure: null, waits: options.attempt.waits + 1 };
  return become(withPhase(run, { ...phase, attempt }), attemptIntent(run, attempt, options.afterSeconds));
}

/** Gives a phase up. What depends on it is left out; everything else goes on. */
export function abandon(
  run: Run,
  phase: Phase,
  why: { readonly reason: FailureReason; readonly message: string },
): Decision {
  const state = { kind: "failed", reason: why.message, cause: why.reason } as const;
  return become(withPhase(run, { ...phase, attempt: cancelled(phase.attempt), state }));
}

/** Fails the phases that are at work, so that a retry takes them up; what has not begun stays queued. */
export function haltPhases(run: Run, why: { readonly reason: string; readonly cause: FailureReason }): Run {
  const phases = run.phases.map((phase): Phase => {
    if (!isAtWork(phase)) return phase;
    return { ...phase, attempt: cancelled(phase.attempt), state: { kind: "failed", ...why } };
  });
  return withoutPlanner({ ...run, phases, landing: null }, why.reason);
}

/** Nobody waits for the planner any more. */
export function withoutPlanner(run: Run, reason: string): Run {
  const { planner } = run;
  if (planner === null || !isAtWork(planner)) return run;
  const state = { kind: "skipped", reason, cause: "stopped" } as const;
  return { ...run, planner: { ...planner, attempt: cancelled(planner.attempt), state } };
}

export function isAtWork({ state }: Phase): boolean {
  return ["building", "checking", "auditing", "integrating"].includes(state.kind);
}

/** The attempt as it ends when nobody waits for it any more. */
export function cancelled(attempt: Attempt | null): Attempt | null {
  return attempt !== null && isLive(attempt) ? { ...attempt, state: "cancelled" } : attempt;
}

/** Where work starts from: the integration head, or the base while there is none. */
export function headOf(run: Run): Sha | undefined {
  return run.head ?? run.base?.sha;
}

/**
 * Goes on with what a hold has kept from starting. Attempts get jobs with a new number, as the old ones may have been taken,
 * and found the run held, or may wait still.
 */
export function resumeWork(run: Run, hold: Hold | null = run.hold): Decision {
  if (run.state.kind === "verifying")
    return hold?.kind === "budget" ? become(run, { kind: "verify_run", runId: run.id }) : become(run);
  if (run.state.kind === "planning" && run.planner !== null) return resumePhase(run, run.planner);
  if (run.state.kind !== "building") return become(run);
  return run.phases.filter(isAtWork).reduce<Decision>(({ run: now, intents }, phase) => {
    const next = resumePhase(now, phase);
    return become(next.run, ...intents, ...next.intents);
  }, become(run));
}

function resumePhase(run: Run, phase: Phase): Decision {
  if (phase.state.kind === "checking" && phase.state.stalled === true) return check(run, phase);
  const { attempt } = phase;
  if (attempt === null || (attempt.state !== "pending" && attempt.state !== "paused")) return become(run);
  const again: Attempt = { ...attempt, waits: attempt.waits + 1 };
  return become(withPhase(run, { ...phase, attempt: again }), attemptIntent(run, again, 0));
}

function attemptIntent(run: Run, attempt: Attempt, afterSeconds: number): Intent {
  const { id: attemptId, waits } = attempt;
  const job = { runId: run.id, attemptId, waits, ...(afterSeconds > 0 ? { afterSeconds } : {}) };
  switch (attempt.role) {
    case "planner":
      return { kind: "plan_run", ...job };
    case "builder":
      return { kind: "build_phase", ...job };
    case "auditor":
      return { kind: "audit_phase", ...job };
    case "investigator":
      return { kind: "investigate_phase", ...job };
  }
}

function startAttempt(
  run: Run,
  phase: Phase,
  options: { readonly role: AttemptRole; readonly afterSeconds?: number },
): Decision {
  const base = headOf(run);
  if (base === undefined) throw new Error(`run ${run.id} starts an attempt before it has a base`);
  const number = (phase.attempt?.number ?? 0) + 1;
  const attempt: Attempt = {
    id: attemptIdOf(phase.id, number),
    number,
    role: options.role,
    state: "pending",
    workerId: null,
    base,
    agentSpec: null,
    acceptanceSpec: null,
    grant: null,
    waits: 0,
    failure: null,
    log: null,
    usage: NO_USAGE,
    agentVersion: null,
  };
  const pastAttempts = phase.attempt === null ? phase.pastAttempts : [...phase.pastAttempts, phase.attempt];
  return become(
    withPhase(run, { ...phase, attempt, pastAttempts }),
    attemptIntent(run, attempt, options.afterSeconds ?? 0),
  );
}
