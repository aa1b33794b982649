import type { Finding } from "../finding.ts";

type Severity = Finding["severity"];

/** The graver of two. */
export function gravest(left: Severity, right: Severity): Severity {
  return left === "major" || right === "major" ? "major" : "minor";
}

/** What a finding counts as in a run: one that was due for cleaning up when the run was planned is major. */
export function countsAs(severity: Severity, key: string, agedKeys: readonly string[]): Severity {
  return agedKeys.includes(key) ? "major" : severity;
}
