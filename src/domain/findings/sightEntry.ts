import type { Finding } from "../finding.ts";
import type { BacklogEvidence, BacklogStatus } from "./backlogEntry.ts";
import { gravest } from "./gravest.ts";

/** Places that are kept of an entry: the newest. */
const MAX_EVIDENCE = 10;

/** A finding that a phase landed with, as the backlog sees it. */
export interface Sighting {
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly path: string | null;
  readonly severity: Finding["severity"];
  readonly source: Finding["source"];
  readonly evidence: BacklogEvidence;
}

/** What of an entry changes when it is seen. Its age counts the sightings of its present epoch. */
export interface LivingEntry {
  readonly key: string;
  readonly severity: Finding["severity"];
  readonly status: BacklogStatus;
  /** From 1; the next one begins when it is seen after it was resolved. */
  readonly epoch: number;
  readonly evidence: readonly BacklogEvidence[];
}

/**
 * An entry after it was seen; null when that changes nothing. `isNew`: this tier of this run had not seen it before.
 *
 * What was resolved stays so for a tier that has seen it before: somebody may have resolved it because of that.
 */
export function sightEntry(before: LivingEntry | null, sighting: Sighting, isNew: boolean): LivingEntry | null {
  const { key, severity, evidence } = sighting;
  if (before === null) return { key, severity, status: "open", epoch: 1, evidence: [evidence] };
  if (before.status === "resolved")
    return isNew ? { key, severity, status: "open", epoch: before.epoch + 1, evidence: [evidence] } : null;
  const others = before.evidence.filter(({ phase }) => phase !== evidence.phase);
  return {
    ...before,
    severity: gravest(before.severity, severity),
    evidence: [...others, evidence].slice(-MAX_EVIDENCE),
  };
}
