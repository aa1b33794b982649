import type { ObservedCheck } from "./observedCheck.ts";

/** These say that nobody was judged: a newer one of the same name speaks instead of them. */
const GIVEN_UP: ReadonlySet<string | null> = new Set(["cancelled", "stale"]);

/**
 * The checks that count, in the order of their names.
 *
 * Of one that was run again in its suite, the newest attempt. One workflow that a push and a pull request have both started
 * is two suites, and both count; but where one of them was cancelled in favour of a newer one, only that.
 */
export function latestChecks(observed: readonly ObservedCheck[]): readonly ObservedCheck[] {
  const attempts = new Map<string, ObservedCheck>();
  const newest = new Map<string, number>();
  for (const check of observed) {
    const { source, app, suite, name, id } = check;
    const key = JSON.stringify([source, app, suite, name]);
    if (id > (attempts.get(key)?.id ?? -1)) attempts.set(key, check);
    newest.set(keyOfName(check), Math.max(id, newest.get(keyOfName(check)) ?? -1));
  }
  return [...attempts.values()]
    .filter((check) => !GIVEN_UP.has(check.conclusion) || newest.get(keyOfName(check)) === check.id)
    .toSorted((left, right) => compare(left.name, right.name) || left.id - right.id);
}

function keyOfName({ source, name }: ObservedCheck): string {
  return `${source} ${name}`;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
