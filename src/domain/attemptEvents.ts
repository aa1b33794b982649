import { isLive, moveAttempt } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { become, stay, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { AttemptId } from "./ids.ts";
import { abandon, audit, build, check, goOn, integrate, interrupted, retry } from "./phaseWork.ts";
import type { Phase, Verdict } from "./phase.ts";
import type { Run } from "./run.ts";

type AttemptEvent = Extract<
  RunEvent,
  { kind: "attempt_started" | "attempt_lost" | "attempt_failed" | "phase_built" | "phase_unchanged" | "audit_finished" }
>;

/**
 * Takes news of an attempt. Only the phase's newest attempt is listened to, and only while it lives: that is what fences
 * off a worker that was given up and comes back.
 */
export function attemptEvent(run: Run, event: AttemptEvent): Decision {
  const found = findLive(run, event.attemptId);
  if (found === null || run.state.kind !== "building") return stay(run);
  const { phase, attempt } = found;
  switch (event.kind) {
    case "attempt_started": {
      const started = moveAttempt(attempt, "running");
      return started === null
        ? stay(run)
        : become(withPhase(run, { ...phase, attempt: { ...started, workerId: event.workerId } }));
    }
    case "attempt_lost":
      return interrupted(run, ended(phase, { ...attempt, state: "lost" }), {
        role: attempt.role,
        wait: false,
        message: "the workers that took it up were lost again and again",
      });
    case "attempt_failed":
      return attemptFailed(run, phase, {
        ...attempt,
        state: event.outcome,
        failure: event.failure,
        log: event.log,
        usage: event.usage,
      });
    case "phase_built":
      return built(run, ended(phase, { ...attempt, state: "completed", log: event.log, usage: event.usage }), event);
    case "phase_unchanged":
      return unchanged(
        run,
        ended(phase, { ...attempt, state: "completed", log: event.log, usage: event.usage }),
        event.summary,
      );
    case "audit_finished":
      return audited(
        run,
        ended(phase, { ...attempt, state: "completed", log: event.log, usage: event.usage }),
        event.verdict,
      );
  }
}

function findLive(run: Run, id: AttemptId): { readonly phase: Phase; readonly attempt: Attempt } | null {
  const phase = run.phases.find((candidate) => candidate.attempt?.id === id);
  const attempt = phase?.attempt ?? null;
  return phase !== undefined && attempt !== null && isLive(attempt) ? { phase, attempt } : null;
}

/** Started or not when it ends: the start may have been lost with its worker. */
function ended(phase: Phase, attempt: Attempt): Phase {
  return { ...phase, attempt };
}

function attemptFailed(run: Run, phase: Phase, attempt: Attempt): Decision {
  const failure = attempt.failure ?? { class: "agent", message: "it failed without saying why" };
  const failed = ended(phase, attempt);
  if (failure.class === "environment") {
    return interrupted(run, failed, { role: attempt.role, wait: true, message: failure.message });
  }
  if (attempt.role === "builder") return retry(run, failed, failure);
  return auditorFailed(run, { ...failed, auditFailures: failed.auditFailures + 1 }, failure.message);
}

function auditorFailed(run: Run, phase: Phase, message: string): Decision {
  const allowed = run.settings?.auditor?.limits.attempts ?? 1;
  if (phase.auditFailures >= allowed) {
    return abandon(run, phase, {
      reason: "requires_human_review",
      message: `the Auditor gave no usable verdict: ${message}`,
    });
  }
  return audit(run, phase);
}

function built(run: Run, phase: Phase, event: Extract<AttemptEvent, { kind: "phase_built" }>): Decision {
  const answersNothing = phase.feedback !== null && phase.candidate?.tree === event.candidate.tree;
  if (answersNothing) {
    const message = `The attempt changed nothing in answer to this:\n\n${phase.feedback ?? ""}`;
    return retry(run, phase, { class: "no_progress", message });
  }
  return check(run, { ...phase, candidate: event.candidate, evidence: [], verdict: null });
}

function unchanged(run: Run, phase: Phase, summary: string): Decision {
  const reason = summary === "" ? "nothing to change" : `nothing to change: ${summary}`;
  return goOn(withPhase(run, { ...phase, state: { kind: "skipped", reason } }));
}

function audited(run: Run, phase: Phase, verdict: Verdict): Decision {
  const judged = { ...phase, verdict };
  switch (verdict.decision) {
    case "approve":
      return integrate(run, judged);
    case "revise":
      return revise(run, judged, verdict);
    case "escalate":
      return abandon(run, judged, {
        reason: "requires_human_review",
        message: `the Auditor asks for a person: ${verdict.summary}`,
      });
  }
}

function revise(run: Run, phase: Phase, verdict: Verdict): Decision {
  const rounds = run.settings?.auditRounds ?? 0;
  if (phase.revisionEpoch >= rounds) {
    const message = `the Auditor asked for a revision once more after ${rounds} rounds: ${verdict.summary}`;
    return abandon(run, phase, { reason: "requires_human_review", message });
  }
  return build(run, {
    ...phase,
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
