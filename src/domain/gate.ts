import type { ArtifactId, Sha } from "./ids.ts";
import type { Finding } from "./finding.ts";

export const GATES = ["preflight", "ci", "audit"] as const;
export type GateName = (typeof GATES)[number];

/** The outcome of one command that a gate ran. */
export interface StepResult {
  readonly name: string;
  readonly command: string;
  readonly outcome: "passed" | "failed" | "timed_out";
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly log: ArtifactId | null;
  /** The last lines of the output, for summaries. */
  readonly tail: string;
}

/** What a gate says of one tree, with the evidence. `skipped`: the configuration asks nothing of this gate. */
export interface GateEvidence {
  readonly gate: GateName;
  readonly conclusion: "success" | "failure" | "skipped";
  readonly reason: string;
  readonly steps: readonly StepResult[];
  readonly findings: readonly Finding[];
}

/** Evidence bound to a commit. One a gate and commit. */
export interface GateResult extends GateEvidence {
  readonly sha: Sha;
}

export function isGreen(evidence: GateEvidence): boolean {
  return evidence.conclusion !== "failure";
}
