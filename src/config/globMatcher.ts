import picomatch from "picomatch";
import { normalized } from "../domain/waves/glob.ts";

export const EXACT = { dot: true, windows: false } as const;
/** Disks that ignore case would take `.GitHub` for `.github`. */
export const ANY_CASE = { ...EXACT, nocase: true } as const;

/** Tells which paths some globs mean. Without globs, none. */
export function globMatcher(
  globs: readonly string[],
  options: picomatch.PicomatchOptions = EXACT,
): (path: string) => boolean {
  const patterns = globs.map(normalized).filter((glob) => glob !== "");
  if (patterns.length === 0) return () => false;
  const isMatch = picomatch(patterns, options);
  // Plans name files literally, and a name may hold what a glob would read otherwise, like `[id].ts`.
  const literal = new Set(patterns);
  return (path) => literal.has(path) || isMatch(path);
}
