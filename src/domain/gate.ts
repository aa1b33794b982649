import type { ArtifactId, Sha } from "./ids.ts";
import type { Finding } from "./finding.ts";
import type { Objection, RuleSet } from "./objection.ts";
import type { CiProfile } from "./strategy/strategy.ts";

export const GATES = ["preflight", "ci", "audit"] as const;
export type GateName = (typeof GATES)[number];

/** How a check of the repository's own stands. `unfinished`: not in the time it had; `missing`: nothing of its name began. */
export type CheckVerdict =
  | "passed"
  | "failed"
  | "timed_out"
  | "cancelled"
  | "stale"
  | "action_required"
  | "startup_failure"
  | "unfinished"
  | "missing";

/** A check of the repository's own that a gate waited for, as GitHub shows it. All null but the verdict when there is none. */
export interface CheckOutcome {
  readonly verdict: CheckVerdict;
  readonly source: "check_run" | "status" | null;
  /** The slug of the app that made it; null for statuses. */
  readonly app: string | null;
  /** GitHub's own word. */
  readonly conclusion: string | null;
  readonly url: string | null;
}

/** The outcome of one command that a gate ran, or of a check that it waited for. */
export interface StepResult {
  readonly name: string;
  readonly command: string;
  readonly outcome: "passed" | "failed" | "timed_out";
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly log: ArtifactId | null;
  /** The last lines of the output, for summaries. */
  readonly tail: string;
  /** Of a check that was waited for; absent for a command. */
  readonly check?: CheckOutcome;
  /** Set on the judgement of a rule set, which runs no command. */
  readonly ruleSet?: RuleSet;
}

/** What a gate says of one tree, with the evidence. `skipped`: the configuration asks nothing of this gate. */
export interface GateEvidence {
  readonly gate: GateName;
  readonly conclusion: "success" | "failure" | "skipped";
  readonly reason: string;
  /** What CI ran; the other gates have no profiles. */
  readonly profile?: CiProfile;
  readonly steps: readonly StepResult[];
  readonly findings: readonly Finding[];
  /** What the rules have against the change, accepted or not; absent where they were not asked. */
  readonly objections?: readonly Objection[];
}

/** Evidence bound to a commit. One a gate and commit. */
export interface GateResult extends GateEvidence {
  readonly sha: Sha;
}

export function isGreen(evidence: GateEvidence): boolean {
  return evidence.conclusion !== "failure";
}
