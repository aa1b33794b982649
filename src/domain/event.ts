import type { AcceptanceResult } from "./acceptance/acceptance.ts";
import type { AttemptFailure } from "./attempt.ts";
import type { Amounts, Shortage } from "./budget/budget.ts";
import type { Quote } from "./budget/quote.ts";
import type { Investigation } from "./failures/investigation.ts";
import type { Finding } from "./finding.ts";
import type { Awaiting } from "./awaitedCheck.ts";
import type { GateEvidence, GateName } from "./gate.ts";
import type { AcceptedObjections } from "./objection.ts";
import type { Ground } from "./ground.ts";
import type { ArtifactId, AttemptId, PhaseId, Sha } from "./ids.ts";
import type { Candidate, Verdict } from "./phase.ts";
import type { Plan, Problem } from "./plan.ts";
import type { ReviewThread } from "./revision.ts";
import type { CancelCause, FailureReason, PullRequest } from "./run.ts";
import type { Settings } from "./settings.ts";
import type { CiProfile, Strategy } from "./strategy/strategy.ts";
import type { Triage } from "./triage/triage.ts";
import type { Usage } from "./usage.ts";

/** What an attempt leaves behind however it ends. */
export interface AttemptRecord {
  readonly attemptId: AttemptId;
  readonly log: ArtifactId | null;
  readonly usage: Usage;
  /** Absent where nobody knows. */
  readonly agentVersion?: string;
}

/** Everything that can happen to a run. Past tense; each is one line of its history. */
export type RunEvent =
  | { readonly kind: "planning_started" }
  /** The issue does not spell a plan out, and the configuration has an agent for that. */
  | {
      readonly kind: "planner_called";
      readonly base: { readonly branch: string; readonly sha: Sha };
      readonly settings: Settings;
      readonly configHash: string;
      readonly strategy: Strategy;
    }
  | {
      readonly kind: "plan_ready";
      readonly base: { readonly branch: string; readonly sha: Sha };
      readonly settings: Settings;
      readonly configHash: string;
      readonly strategy: Strategy;
      readonly plan: Plan;
      readonly quote: Quote;
      readonly agedFindings: readonly string[];
      readonly ground: Ground;
      /** The attempt that wrote it; absent where the plan was read. */
      readonly planner?: AttemptRecord;
    }
  | {
      readonly kind: "plan_refused";
      /** Null when the repository has no such branch to read a configuration from. */
      readonly base: { readonly branch: string; readonly sha: Sha } | null;
      readonly reason: FailureReason;
      readonly message: string;
      readonly problems: readonly Problem[];
      readonly triage?: Triage;
      /** The attempt that found so; absent where it was found by reading. */
      readonly planner?: AttemptRecord;
    }
  | { readonly kind: "plan_approved"; readonly by: string }
  | {
      readonly kind: "attempt_started";
      readonly attemptId: AttemptId;
      readonly workerId: string;
      readonly agentSpec: string;
      readonly acceptanceSpec: string | null;
      readonly grant: Amounts;
    }
  | { readonly kind: "attempt_lost"; readonly attemptId: AttemptId }
  | ({
      readonly kind: "attempt_failed";
      readonly outcome: "failed" | "timed_out";
      readonly failure: AttemptFailure;
    } & AttemptRecord)
  | ({
      readonly kind: "phase_built";
      readonly candidate: Candidate;
      readonly findings: readonly Finding[];
      /** A stricter category than the phase's, that the change itself gives evidence for. */
      readonly raised: { readonly category: string; readonly because: string } | null;
    } & AttemptRecord)
  | ({ readonly kind: "phase_unchanged"; readonly summary: string } & AttemptRecord)
  | {
      readonly kind: "checks_passed";
      readonly phaseId: PhaseId;
      /** The candidate that was checked; rebased onto the head when that had moved. */
      readonly candidate: Candidate;
      readonly evidence: readonly GateEvidence[];
      readonly acceptance: AcceptanceResult | null;
    }
  | {
      readonly kind: "checks_failed";
      readonly phaseId: PhaseId;
      readonly candidate: Candidate;
      readonly evidence: readonly GateEvidence[];
      readonly acceptance: AcceptanceResult | null;
      readonly failure: AttemptFailure;
    }
  | {
      readonly kind: "candidate_conflicted";
      readonly phaseId: PhaseId;
      readonly onto: Sha;
      readonly paths: readonly string[];
    }
  /** Nothing is left of the candidate on `onto`: what it does is on the branch already, in commits that are not its own. */
  | { readonly kind: "candidate_superseded"; readonly phaseId: PhaseId; readonly onto: Sha }
  | ({ readonly kind: "audit_finished"; readonly verdict: Verdict } & AttemptRecord)
  | ({ readonly kind: "investigation_finished"; readonly answer: Investigation } & AttemptRecord)
  /** A cap leaves no room for the attempt, or the check, that the phase needs next. */
  | { readonly kind: "budget_refused"; readonly phaseId: PhaseId | null; readonly shortage: Shortage }
  /** `keepsHold`: only the budget is raised; who held the run goes on holding it. */
  | { readonly kind: "resumed"; readonly by: string; readonly extra: Amounts; readonly keepsHold?: true }
  | {
      readonly kind: "held";
      readonly how: "pause" | "hold";
      readonly by: string;
      readonly reason: string;
      readonly byLabel?: true;
      readonly byDraft?: true;
    }
  | { readonly kind: "rollback_requested"; readonly by: string; readonly to: Sha }
  | { readonly kind: "branch_reset"; readonly to: Sha }
  | { readonly kind: "phase_integrated"; readonly phaseId: PhaseId; readonly sha: Sha }
  | {
      readonly kind: "head_moved";
      /** The head as the observer's run had it; the event is stale when the run has moved on since. */
      readonly from: Sha | null;
      readonly to: Sha;
      readonly by: string;
      /** Commits between the two that are not Autopack's. */
      readonly commits: number;
    }
  | { readonly kind: "history_rewritten"; readonly from: Sha | null; readonly to: Sha | null }
  | { readonly kind: "base_moved" }
  | {
      readonly kind: "gates_verified";
      readonly head: Sha;
      readonly base: Sha;
      /** Paths that do not merge with the base; empty when the merge is clean. */
      readonly conflicts: readonly string[];
      readonly evidence: readonly GateEvidence[];
      /** What GitHub asks of the base branch as it was read with this; absent when it was not read again. */
      readonly ground?: Ground;
    }
  /** The commands have passed; now the repository's own checks are waited for. */
  | { readonly kind: "ci_awaited"; readonly awaiting: Awaiting }
  | { readonly kind: "pull_opened"; readonly pull: PullRequest }
  | { readonly kind: "pull_readied" }
  /** A person turned it into a draft again. */
  | { readonly kind: "pull_drafted"; readonly by: string }
  | { readonly kind: "pull_merged"; readonly sha: Sha; readonly by: string }
  | { readonly kind: "pull_closed"; readonly by: string }
  | { readonly kind: "merge_refused"; readonly head: Sha; readonly message: string }
  | { readonly kind: "approved"; readonly by: string; readonly sha: Sha }
  /** An approving review was dismissed, or its giver asks for changes now. */
  /** `sha`: of this commit only; absent, of every one. */
  | { readonly kind: "approval_withdrawn"; readonly by: string; readonly sha?: Sha }
  /** `phaseId`: only this one, with what hangs on it; null: all that failed. */
  | { readonly kind: "retry_requested"; readonly by: string; readonly phaseId: PhaseId | null }
  | { readonly kind: "phase_skipped"; readonly phaseId: PhaseId; readonly by: string; readonly reason: string }
  | {
      readonly kind: "revision_requested";
      readonly by: string;
      readonly source: "review" | "command";
      readonly reviewId: number | null;
      readonly instruction: string;
      readonly threads: readonly ReviewThread[];
    }
  | {
      readonly kind: "gate_rerun_requested";
      readonly by: string;
      readonly gate: GateName;
      readonly profile: CiProfile | null;
    }
  /** The whole change as the Auditor is to see it: the answer to a `read_change`. */
  | { readonly kind: "change_read"; readonly phaseId: PhaseId; readonly candidate: Candidate }
  | {
      readonly kind: "gate_overridden";
      readonly by: string;
      readonly gate: GateName;
      readonly sha: Sha;
      readonly reason: string;
    }
  /** Somebody answers for what a rule set has against a phase's change, or against the head (`phase` null). */
  | ({ readonly kind: "objections_accepted" } & AcceptedObjections)
  | { readonly kind: "promote_requested"; readonly by: string; readonly sha: Sha }
  | { readonly kind: "issue_edited"; readonly by: string; readonly title: string; readonly body: string }
  | { readonly kind: "issue_closed"; readonly by: string }
  | { readonly kind: "issue_reopened"; readonly by: string }
  /** The grace after the closing is over. */
  | { readonly kind: "closing_expired"; readonly epoch: number }
  | { readonly kind: "repository_lost"; readonly why: CancelCause; readonly by: string }
  /** A merged run's commits were taken back on the base. */
  | { readonly kind: "reverted"; readonly sha: Sha; readonly by: string }
  | { readonly kind: "cancel_requested"; readonly by: string }
  | { readonly kind: "work_failed"; readonly intent: string; readonly message: string };
