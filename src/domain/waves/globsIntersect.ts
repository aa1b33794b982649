import { meets, toGlob } from "./glob.ts";

/**
 * Whether two paths or globs have a path in common, hidden files included.
 *
 * Exact for paths and for `*`, `**`, `?`, `{a,b}` and plain `[a-z]`. Where a glob says more than that (negation, extended
 * globs, quotes, escapes, ranges in braces) the answer may be a false yes, never a false no.
 */
export function globsIntersect(left: string, right: string): boolean {
  return meets(toGlob(left), toGlob(right));
}
