import type { FailureClass } from "../attempt.ts";
import type { PastFailure } from "../phase.ts";

const IN_A_ROW = 3;

/** Failures that say nothing of the work itself, so that repeating them is no sign of being stuck. */
const NOT_OF_THE_WORK: ReadonlySet<FailureClass> = new Set([
  "policy",
  "conflict",
  "rate_limit",
  "provider",
  "connection",
  "authentication",
  "permission",
  "bad_request",
  "not_found",
  "environment",
]);

/**
 * Says why trying again would only repeat itself, or null while there is progress. `failures`: oldest first.
 *
 * Stuck is the same error on the same tree twice, a change that answered nothing, or three failures in a row.
 */
export function noProgress(failures: readonly PastFailure[]): string | null {
  const ofTheWork = failures.filter((failure) => !NOT_OF_THE_WORK.has(failure.class));
  const last = ofTheWork.at(-1);
  if (last === undefined) return null;
  if (last.class === "no_progress") return "The last attempt changed nothing that mattered.";
  if (timesRepeated(ofTheWork) > 1) return "Two attempts ended in the same error on the same files.";
  return ofTheWork.length >= IN_A_ROW ? `${ofTheWork.length} attempts failed in a row.` : null;
}

/** How often the last failure happened: the same error on the same tree. Without a tree there is nothing to compare. */
export function timesRepeated(failures: readonly PastFailure[]): number {
  const last = failures.at(-1);
  if (last === undefined) return 0;
  if (last.tree === null) return 1;
  return failures.filter(({ errorKey, tree }) => errorKey === last.errorKey && tree === last.tree).length;
}
