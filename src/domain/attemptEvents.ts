import { isLive, moveAttempt } from "./attempt.ts";
import { recorded } from "./attemptRecord.ts";
import type { Attempt } from "./attempt.ts";
import { builderFailed, escalated } from "./builderFailed.ts";
import { become, stay, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { AttemptRecord, RunEvent } from "./event.ts";
import { rateLimitSeconds } from "./failures/rateLimitSeconds.ts";
import { revertsLanded } from "./failures/revertsLanded.ts";
import type { AttemptId, TreeId } from "./ids.ts";
import { investigated } from "./investigated.ts";
import { abandon, audit, build, check, integrate, interrupted, waitForLimit } from "./phaseWork.ts";
import type { Phase, Verdict } from "./phase.ts";
import { again, plannerFailed } from "./planner.ts";
import { limitsOf, rulesOf } from "./rulesOf.ts";
import { isPaused } from "./run.ts";
import type { Run } from "./run.ts";

type AttemptEvent = Extract<
  RunEvent,
  {
    kind:
      | "attempt_started"
      | "attempt_lost"
      | "attempt_failed"
      | "phase_built"
      | "phase_unchanged"
      | "audit_finished"
      | "investigation_finished";
  }
>;

/**
 * Takes news of an attempt. Only the phase's newest attempt is listened to, and only while it lives: that is what fences
 * off a worker that was given up and comes back.
 */
export function attemptEvent(run: Run, event: AttemptEvent): Decision {
  const found = findLive(run, event.attemptId);
  if (found === null) return stay(run);
  if (found.phase.id === run.planner?.id)
    return run.state.kind === "planning" ? plannerEvent(run, found, event) : stay(run);
  if (run.state.kind !== "building") return stay(run);
  const { phase, attempt } = found;
  switch (event.kind) {
    case "attempt_started":
      return started(run, found, event);
    case "attempt_lost":
      return interrupted(run, withAttempt(phase, { ...attempt, state: "lost" }), {
        role: attempt.role,
        wait: false,
        message: "the workers that took it up were lost again and again",
      });
    case "attempt_failed":
      return attemptFailed(run, phase, {
        ...recorded(attempt, event),
        state: event.outcome,
        failure: event.failure,
      });
    case "phase_built":
      return built(run, completed(found, event), event);
    case "phase_unchanged":
      return unchanged(run, completed(found, event), event.summary);
    case "audit_finished":
      return audited(run, completed(found, event), event.verdict);
    case "investigation_finished":
      return investigated(run, completed(found, event), event.answer);
  }
}

interface Found {
  readonly phase: Phase;
  readonly attempt: Attempt;
}

function findLive(run: Run, id: AttemptId): Found | null {
  const phase = [run.planner, ...run.phases].find((candidate) => candidate?.attempt?.id === id) ?? null;
  const attempt = phase?.attempt ?? null;
  return phase !== null && attempt !== null && isLive(attempt) ? { phase, attempt } : null;
}

/** News of the attempt that writes the plan. What it wrote comes with the plan itself. */
function plannerEvent(run: Run, { phase, attempt }: Found, event: AttemptEvent): Decision {
  switch (event.kind) {
    case "attempt_started":
      return started(run, { phase, attempt }, event);
    case "attempt_lost": {
      const message = "the workers that took up the planning were lost again and again";
      const lost = withAttempt(phase, { ...attempt, state: "lost" });
      return again(interrupted(run, lost, { role: "planner", wait: false, message }));
    }
    case "attempt_failed":
      return plannerFailed(run, phase, { ...recorded(attempt, event), state: event.outcome, failure: event.failure });
    case "phase_built":
    case "phase_unchanged":
    case "audit_finished":
    case "investigation_finished":
      return stay(run);
  }
}

/** Nothing starts while the run is held: the attempt stays as it is, and its job comes again when the run goes on. */
function started(
  run: Run,
  { phase, attempt }: Found,
  event: Extract<AttemptEvent, { kind: "attempt_started" }>,
): Decision {
  const running = moveAttempt(attempt, "running");
  if (running === null || isPaused(run)) return stay(run);
  const { workerId, agentSpec, acceptanceSpec, grant } = event;
  return become(withPhase(run, { ...phase, attempt: { ...running, workerId, agentSpec, acceptanceSpec, grant } }));
}

/** Started or not when it ends: the start may have been lost with its worker. */
function completed({ phase, attempt }: Found, event: AttemptRecord): Phase {
  return withAttempt(phase, { ...recorded(attempt, event), state: "completed" });
}

function withAttempt(phase: Phase, attempt: Attempt): Phase {
  return { ...phase, attempt };
}

function attemptFailed(run: Run, phase: Phase, attempt: Attempt): Decision {
  const failure = attempt.failure ?? { class: "agent", message: "it failed without saying why" };
  const failed = withAttempt(phase, attempt);
  if (attempt.role === "builder") return builderFailed(run, failed, { failure, tree: null });
  const afterSeconds = failure.class === "rate_limit" ? rateLimitSeconds(failure, attempt.waits) : null;
  if (afterSeconds !== null) return waitForLimit(run, failed, { attempt, afterSeconds });
  if (failure.class === "environment" || failure.class === "rate_limit")
    return interrupted(run, failed, { role: attempt.role, wait: true, message: failure.message });
  if (attempt.role === "auditor")
    return auditorFailed(run, { ...failed, auditFailures: failed.auditFailures + 1 }, failure.message);
  const message = `The investigator gave no usable answer: ${failure.message}\n\nWhat it was asked about: ${phase.feedback ?? ""}`;
  return abandon(run, failed, { reason: "phases_failed", message });
}

function auditorFailed(run: Run, phase: Phase, message: string): Decision {
  if (phase.auditFailures < limitsOf(run, phase, "auditor").attempts) return audit(run, phase);
  return abandon(run, phase, {
    reason: "requires_human_review",
    message: `the Auditor gave no usable verdict: ${message}`,
  });
}

function built(run: Run, phase: Phase, event: Extract<AttemptEvent, { kind: "phase_built" }>): Decision {
  const { candidate, findings, raised } = event;
  if (answersNothing(run, phase, candidate.tree)) return unanswered(run, phase, candidate.tree);
  const undone = run.phases.find((other) => other.state.kind === "complete" && revertsLanded(candidate, other));
  if (undone !== undefined) {
    const message = `The change undoes what phase ${undone.ordinal}, “${undone.plan.title}”, has landed.`;
    return builderFailed(run, phase, {
      failure: { class: "no_progress", message },
      tree: candidate.tree,
      revertsLanded: true,
    });
  }
  const category = raised === null ? {} : { category: raised.category, raisedBecause: raised.because };
  return check(run, { ...phase, ...category, candidate, findings, evidence: [], acceptance: null, verdict: null });
}

/** The same change again, although it was found wanting. What lacked a dependency that is installed since may be right as it is. */
function answersNothing({ settings }: Run, { feedback, candidate, failures }: Phase, tree: TreeId): boolean {
  if (feedback === null || candidate?.tree !== tree) return false;
  const last = failures.findLast((failure) => failure.tree === tree);
  return last?.class !== "missing_dependency" || settings === null || settings.install.length === 0;
}

const UNANSWERED = "The attempt changed nothing in answer to this:\n\n";

function unanswered(run: Run, phase: Phase, tree: TreeId | null): Decision {
  const open = phase.feedback ?? "";
  const message = open.startsWith(UNANSWERED) ? open : `${UNANSWERED}${open}`;
  return builderFailed(run, phase, { failure: { class: "no_progress", message }, tree });
}

/** Nothing had to be changed, or a change was taken back: an Auditor can be answered like that, a failure cannot. */
function unchanged(run: Run, phase: Phase, summary: string): Decision {
  const takesBack = phase.candidate !== null && phase.feedback !== null && phase.verdict?.decision !== "revise";
  if (takesBack) return unanswered(run, phase, null);
  const reason = summary === "" ? "nothing to change" : `nothing to change: ${summary}`;
  return become(withPhase(run, { ...phase, state: { kind: "skipped", reason, cause: "unchanged" } }));
}

function audited(run: Run, phase: Phase, verdict: Verdict): Decision {
  const judged = { ...phase, verdict };
  switch (verdict.decision) {
    case "approve":
      return approved(run, judged, verdict);
    case "revise":
      return revise(run, judged, verdict);
    case "escalate":
      return abandon(run, judged, {
        reason: "requires_human_review",
        message: `the Auditor asks for a person: ${verdict.summary}`,
      });
  }
}

/** An approval with low confidence in a strict category is an escalation. */
function approved(run: Run, phase: Phase, verdict: Verdict): Decision {
  const { ciProfile, category } = rulesOf(run, phase);
  const counts = verdict.confidence !== "low" || ciProfile !== "strict";
  if (counts && isWholeAudit(phase)) return foundGood(run, phase);
  if (counts) return integrate(run, phase);
  const message = `the Auditor approved with low confidence, and ${category} is a strict category: ${verdict.summary}`;
  return abandon(run, phase, { reason: "requires_human_review", message });
}

/** An audit of the whole change, as somebody asked for it: what it judges has landed. */
function isWholeAudit({ plan, candidate }: Phase): boolean {
  return plan.audit !== undefined && candidate?.isWhole === true;
}

function foundGood(run: Run, phase: Phase): Decision {
  const reason = "the Auditor approved the whole change as it is";
  return become(withPhase(run, { ...phase, state: { kind: "skipped", reason, cause: "unchanged" } }));
}

function revise(run: Run, phase: Phase, verdict: Verdict): Decision {
  const rounds = run.settings?.auditRounds ?? 0;
  if (phase.revisionEpoch >= rounds) {
    const message = `the Auditor asked for a revision once more after ${rounds} rounds: ${verdict.summary}`;
    return abandon(run, phase, { reason: "requires_human_review", message });
  }
  return build(run, {
    ...escalated(phase),
    candidate: isWholeAudit(phase) ? null : phase.candidate,
    retryAttempt: phase.retryAttempt,
    revisionEpoch: phase.revisionEpoch + 1,
    auditFailures: 0,
    feedback: revisionRequest(verdict),
  });
}

/** The Auditor's words as the next Builder reads them. */
function revisionRequest(verdict: Verdict): string {
  const findings = verdict.findings.map((finding) => {
    const place =
      finding.path === null ? "" : ` (${finding.path}${finding.lines === null ? "" : `:${finding.lines.start}`})`;
    return `- [${finding.severity}] ${finding.title}${place}\n  ${finding.detail}`;
  });
  return [`The Auditor asks for a revision: ${verdict.summary}`, ...findings].join("\n");
}
