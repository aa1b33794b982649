import type { Run } from "../domain/run.ts";
import { code } from "./safeMarkdown.ts";

/** Names shown; the rest is counted. */
const MAX_NAMES = 5;

/** The repository's own checks that a verification waits for, as Markdown; null when it waits for none. */
export function awaitedNames({ awaiting }: Run): string | null {
  if (awaiting === null) return null;
  const names = [...new Set(awaiting.checks.map(({ check }) => check))];
  const shown = names.slice(0, MAX_NAMES).map(code).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

/** The same with the time at which the waiting began, which does not change while it lasts. */
export function awaitedLine(run: Run): string | null {
  const names = awaitedNames(run);
  if (names === null || run.awaiting === null) return null;
  const since = run.awaiting.since.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, "$1 $2 UTC");
  return `waiting for ${names} since ${since}`;
}
