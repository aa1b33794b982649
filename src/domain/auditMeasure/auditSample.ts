import type { Finding } from "../finding.ts";
import type { Verdict } from "../phase.ts";

/** A defect that was put into a good diff. */
export interface SeededDefect {
  readonly id: string;
  readonly category: string;
  readonly path: string;
  /** In the file as it was shown to the Auditor, from 1. */
  readonly line: number;
}

/** One shadow audit: of a diff with a defect, or of the good diff itself. Without a verdict, nothing was judged. */
export interface AuditSample {
  /** Null: a clean control. */
  readonly defect: SeededDefect | null;
  readonly verdict: Pick<Verdict, "decision" | "findings"> | null;
}

export type AuditOutcome = "caught" | "missed" | "false_alarm" | "clean" | "not_judged";

/** How far from the defect a finding may point: diffs are read by their hunks. */
const NEARBY = 5;

/**
 * What one shadow audit showed. A defect is caught where the Auditor does not approve, and has a finding near it or that names
 * its kind: the right verdict for a wrong reason is luck. A clean diff that it does not approve is a false alarm.
 */
export function outcomeOf({ defect, verdict }: AuditSample): AuditOutcome {
  if (verdict === null) return "not_judged";
  const isApproved = verdict.decision === "approve";
  if (defect === null) return isApproved ? "clean" : "false_alarm";
  return !isApproved && verdict.findings.some((finding) => isAbout(finding, defect)) ? "caught" : "missed";
}

function isAbout({ path, lines, title, detail }: Finding, defect: SeededDefect): boolean {
  if (path !== null && path !== defect.path) return false;
  if (path !== null && lines !== null) return defect.line >= lines.start - NEARBY && defect.line <= lines.end + NEARBY;
  return names(`${title} ${detail}`, defect.category);
}

/** All words of the kind, in any order: `off_by_one` in "this is off by one". */
function names(text: string, category: string): boolean {
  const said = text.toLowerCase();
  return category.split("_").every((word) => said.includes(word));
}
