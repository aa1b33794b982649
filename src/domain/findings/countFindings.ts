import type { Finding } from "../finding.ts";
import { distinctFindings } from "./distinctFindings.ts";

/** Keys of distinct problems, by what they count as. One that was due for cleaning up counts as major. */
export function keysBySeverity(
  findings: readonly Finding[],
  agedKeys: readonly string[],
): { readonly minor: readonly string[]; readonly major: readonly string[] } {
  const aged = new Set(agedKeys);
  const distinct = [...distinctFindings(findings.map((finding) => ({ finding })))];
  const isMajor = ([key, { finding }]: (typeof distinct)[number]): boolean =>
    finding.severity === "major" || aged.has(key);
  return {
    minor: distinct.filter((each) => !isMajor(each)).map(([key]) => key),
    major: distinct.filter(isMajor).map(([key]) => key),
  };
}

/** How many distinct problems there are, however often each was seen. */
export function countFindings(
  findings: readonly Finding[],
  agedKeys: readonly string[],
): { readonly minor: number; readonly major: number } {
  const { minor, major } = keysBySeverity(findings, agedKeys);
  return { minor: minor.length, major: major.length };
}
