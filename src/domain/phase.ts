import type { AcceptanceResult } from "./acceptance/acceptance.ts";
import type { Attempt, FailureClass } from "./attempt.ts";
import type { Finding } from "./finding.ts";
import type { GateEvidence } from "./gate.ts";
import type { ArtifactId, PhaseId, Sha, TreeId } from "./ids.ts";
import type { PlannedPhase } from "./plan.ts";
import type { FailureReason } from "./run.ts";

export type PhaseState =
  | { readonly kind: "queued" }
  | { readonly kind: "building" }
  /** `stalled`: there was no budget for it, and nothing checks until the run goes on. */
  | { readonly kind: "checking"; readonly stalled?: true }
  | { readonly kind: "auditing" }
  | { readonly kind: "integrating" }
  /** `landing`: the how many-th commit of the run it was, from 1; phases of a wave land in any order. */
  | { readonly kind: "complete"; readonly sha: Sha; readonly landing: number }
  | { readonly kind: "failed"; readonly reason: string; readonly cause: FailureReason }
  | { readonly kind: "skipped"; readonly reason: string; readonly cause: SkipCause };

/** Why a phase was left out. What depends on it goes on only after `unchanged` and `person`; a split's follow-ups stand in for it. */
export type SkipCause = "unchanged" | "dependency" | "split" | "stopped" | "person";

/** A judged change, not yet on the integration branch. */
export interface Candidate {
  /** The commit it lies on; follows the head when that moves. */
  readonly base: Sha;
  readonly tree: TreeId;
  /** The change as the Builder made it, as `git diff --binary` against `patchBase`. */
  readonly patch: ArtifactId;
  readonly patchBase: Sha;
  readonly summary: string;
  readonly filesChanged: number;
  readonly linesAdded: number;
  readonly linesDeleted: number;
  /** What it does where, at most the first 1000 paths. */
  readonly touched: readonly TouchedPath[];
  /** Ids by content of the change, and of its inverse. */
  readonly patchId: string;
  readonly inversePatchId: string;
  /** ISO time at which it was built: the commit's date, so that committing twice gives one commit. */
  readonly builtAt: string;
  /** All that the run has landed, read for an audit: nothing of it is to be landed again. */
  readonly isWhole?: true;
}

export interface TouchedPath {
  readonly path: string;
  readonly operation: "create" | "update" | "delete";
}

/** What is remembered of a failure, to see whether the next one is the same. */
export interface PastFailure {
  readonly class: FailureClass;
  /** The message without what changes from try to try. */
  readonly errorKey: string;
  /** The tree that failed; null when there was none. */
  readonly tree: TreeId | null;
}

/** An Auditor's judgement of one patch. */
export interface Verdict {
  readonly patch: ArtifactId;
  readonly decision: "approve" | "revise" | "escalate";
  readonly confidence: "low" | "medium" | "high";
  readonly summary: string;
  readonly findings: readonly Finding[];
}

/**
 * One unit of change: at most one commit on the integration branch.
 *
 * The counters are never mixed: failures, revisions somebody asked for, steps of escalation (investigator, fallback
 * agent), Auditor attempts that gave no verdict, and interruptions that are nobody's failure: lost attempts, a broken
 * environment, a head that moved under the change.
 */
export interface Phase {
  readonly id: PhaseId;
  readonly ordinal: number;
  /** Ordinal of its tier, from 1. */
  readonly tier: number;
  readonly plan: PlannedPhase;
  /** The category as it counts: the plan's, or a stricter one that the change itself gave evidence for. */
  readonly category: string;
  /** Why the category is not the plan's. */
  readonly raisedBecause: string | null;
  readonly state: PhaseState;
  readonly retryAttempt: number;
  readonly revisionEpoch: number;
  readonly escalationLevel: number;
  readonly auditFailures: number;
  readonly interruptions: number;
  /** The newest attempt of any role. */
  readonly attempt: Attempt | null;
  /** The ones before it, oldest first. */
  readonly pastAttempts: readonly Attempt[];
  readonly candidate: Candidate | null;
  readonly evidence: readonly GateEvidence[];
  readonly acceptance: AcceptanceResult | null;
  readonly verdict: Verdict | null;
  /** What the Builder itself said of its candidate. */
  readonly findings: readonly Finding[];
  /** Failures since the last step of escalation, oldest first. */
  readonly failures: readonly PastFailure[];
  /** The fallback Builder has taken over. */
  readonly usesFallback: boolean;
  /** A dependency was missing once: the install steps run before its agents and checks. */
  readonly needsInstall: boolean;
  /** What an investigator told the Builders that came after it. */
  readonly approach: string | null;
  /** What the next Builder attempt must know: the failure's text, or the Auditor's findings. */
  readonly feedback: string | null;
}

export function isLanded(phase: Phase): boolean {
  return phase.state.kind === "complete";
}

/** The Builder's newest attempt: the one whose change is judged. */
export function builderAttempt({ attempt, pastAttempts }: Phase): Attempt | null {
  return [...pastAttempts, ...(attempt === null ? [] : [attempt])].findLast(({ role }) => role === "builder") ?? null;
}

/** Done, or left out for good reason: what depends on it may start. */
export function isSatisfied({ state }: Phase): boolean {
  return (
    state.kind === "complete" || (state.kind === "skipped" && ["unchanged", "split", "person"].includes(state.cause))
  );
}

/** Nothing more will happen to it by itself. */
export function hasEnded({ state }: Phase): boolean {
  return state.kind === "complete" || state.kind === "skipped" || state.kind === "failed";
}
