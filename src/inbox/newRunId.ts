import type { RunId } from "../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";

/** 36⁸ names an issue: two runs of one issue with the same id are not to be expected. */
const RANDOM_LETTERS = 8;

export function newRunId(issueNumber: number, clock: Clock): RunId {
  return `${issueNumber}-${clock.randomName(RANDOM_LETTERS)}` as RunId;
}
