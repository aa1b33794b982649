import type { Attempt } from "./attempt.ts";
import type { Finding } from "./finding.ts";
import type { GateEvidence } from "./gate.ts";
import type { ArtifactId, PhaseId, Sha, TreeId } from "./ids.ts";
import type { PlannedPhase } from "./plan.ts";

export type PhaseState =
  | { readonly kind: "queued" }
  | { readonly kind: "building" }
  | { readonly kind: "checking" }
  | { readonly kind: "auditing" }
  | { readonly kind: "integrating" }
  | { readonly kind: "complete"; readonly sha: Sha }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "skipped"; readonly reason: string };

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
  /** ISO time at which it was built: the commit's date, so that committing twice gives one commit. */
  readonly builtAt: string;
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
 * The counters are never mixed: failures, revisions somebody asked for, Auditor attempts that gave no verdict, and
 * attempts that were lost or hit a broken environment.
 */
export interface Phase {
  readonly id: PhaseId;
  readonly ordinal: number;
  readonly plan: PlannedPhase;
  readonly state: PhaseState;
  readonly retryAttempt: number;
  readonly revisionEpoch: number;
  readonly auditFailures: number;
  readonly interruptions: number;
  /** The newest attempt of any role. */
  readonly attempt: Attempt | null;
  /** The ones before it, oldest first. */
  readonly pastAttempts: readonly Attempt[];
  readonly candidate: Candidate | null;
  readonly evidence: readonly GateEvidence[];
  readonly verdict: Verdict | null;
  /** What the next Builder attempt must know: the failure's text, or the Auditor's findings. */
  readonly feedback: string | null;
}

export function isLanded(phase: Phase): boolean {
  return phase.state.kind === "complete";
}

/** Complete or skipped: nothing more will happen to it by itself. */
export function isSettled(phase: Phase): boolean {
  return phase.state.kind === "complete" || phase.state.kind === "skipped";
}
