import { matches, toGlob } from "../domain/waves/glob.ts";

/** Tells which paths some paths and globs mean. A name that holds what a glob reads otherwise is taken literally as well. */
export function pathMatcher(pathsOrGlobs: readonly string[]): (path: string) => boolean {
  const globs = pathsOrGlobs.map(toGlob);
  return (path) => globs.some((glob) => glob.text === path || matches(glob, path));
}
