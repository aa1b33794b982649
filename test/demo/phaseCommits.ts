import type { Commit } from "./facts.ts";

/** Of the base's log, newest first: the commits between the merge and what was there before, oldest first. */
export function phaseCommits(commits: readonly Commit[]): readonly Commit[] {
  return commits.slice(1, -1).toReversed();
}
