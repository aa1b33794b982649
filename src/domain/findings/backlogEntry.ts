import type { Finding } from "../finding.ts";
import type { ArtifactId, PhaseId, RunId } from "../ids.ts";
import type { Strategy } from "../strategy/strategy.ts";

export const BACKLOG_STATUSES = ["open", "needs_cleanup", "resolved"] as const;
export type BacklogStatus = (typeof BACKLOG_STATUSES)[number];

/** Distinct runs, and distinct tiers of these runs, in which a finding was seen since it was opened. */
export interface Age {
  readonly runs: number;
  readonly tiers: number;
}

/** Where a finding was seen. The artifacts may have expired since. */
export interface BacklogEvidence {
  readonly run: RunId;
  readonly phase: PhaseId;
  readonly artifacts: readonly ArtifactId[];
}

/** One of a repository's findings, over its runs. */
export interface BacklogEntry {
  /** `owner/name`. */
  readonly repository: string;
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly path: string | null;
  /** The gravest it was seen with since it was opened. */
  readonly severity: Finding["severity"];
  /** Of who saw it last. */
  readonly source: Finding["source"];
  readonly status: BacklogStatus;
  readonly age: Age;
  readonly firstRun: RunId;
  readonly lastRun: RunId;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** Null while it is not resolved. `by` is a person, `run` the promoted run that showed it to be gone. */
  readonly resolved: {
    readonly at: Date;
    readonly reason: string;
    readonly run: RunId | null;
    readonly by: string | null;
  } | null;
  /** The newest places last. */
  readonly evidence: readonly BacklogEvidence[];
}

/**
 * Whether a finding has to be cleaned up: seen in so many runs *and* in so many tiers.
 *
 * A tier is a part of one run, so each run that sees a finding adds a tier at least, and several where its tiers see it one
 * after the other. With the defaults (3 runs, 2 tiers) the third run decides; a higher number of tiers asks for more. Were one
 * of the two enough, two tiers of a single run would do, and the number of runs would decide nothing.
 */
export function isDue(age: Age, ageing: Strategy["ageing"]): boolean {
  return age.runs >= ageing.runs && age.tiers >= ageing.tiers;
}
