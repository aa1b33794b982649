import type { Finding } from "../finding.ts";
import { findingKey } from "./findingKey.ts";

/** Each problem once, by its key, in the order in which they were seen first; of several reports of one, the first of the gravest. */
export function distinctFindings<Seen extends { readonly finding: Finding }>(
  seen: readonly Seen[],
): ReadonlyMap<string, Seen> {
  const distinct = new Map<string, Seen>();
  for (const each of seen) {
    const key = findingKey(each.finding);
    const known = distinct.get(key);
    if (known === undefined || isGraver(each.finding, known.finding)) distinct.set(key, each);
  }
  return distinct;
}

function isGraver(one: Finding, other: Finding): boolean {
  return one.severity === "major" && other.severity === "minor";
}
