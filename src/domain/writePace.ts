/** Writes that may follow each other at once after a rest; the pace holds beyond them. */
export const WRITE_BURST = 10;

/**
 * What GitHub allows an installation to create: "no more than 80 content-generating requests per minute and no more than 500
 * per hour" (its documentation, rate limits for the REST API).
 */
export const CREATION_LIMITS: readonly { readonly count: number; readonly withinMs: number }[] = [
  { count: 80, withinMs: 60_000 },
  { count: 500, withinMs: 3_600_000 },
];

/** The turns that an installation's writes have taken so far. */
export interface WriteTurns {
  /** When the next write is due if no burst is used: it runs ahead of the time while one is. */
  readonly nextAt: Date;
  /** Turns of the last hour that created something, oldest first. */
  readonly created: readonly Date[];
}

/**
 * The earliest time at which one more write may be sent. Any stretch of time sees at most `WRITE_BURST` writes more than
 * `perSecond` allows, and never more creations than GitHub does. `perSecond` 0: there are no limits.
 */
export function nextTurn(
  turns: WriteTurns,
  now: Date,
  { perSecond, creates }: { readonly perSecond: number; readonly creates: boolean },
): Date {
  if (perSecond === 0) return now;
  const paced = turns.nextAt.getTime() - (WRITE_BURST - 1) * intervalMs(perSecond);
  const allowed = creates ? CREATION_LIMITS.map((limit) => freeAgain(turns.created, limit)) : [];
  return new Date(Math.max(now.getTime(), paced, ...allowed));
}

/** The turns with one more taken at `at`. */
export function takeTurn(
  turns: WriteTurns,
  at: Date,
  { perSecond, creates }: { readonly perSecond: number; readonly creates: boolean },
): WriteTurns {
  if (perSecond === 0) return turns;
  const due = Math.max(turns.nextAt.getTime(), at.getTime()) + intervalMs(perSecond);
  const longest = Math.max(...CREATION_LIMITS.map(({ withinMs }) => withinMs));
  const recent = turns.created.filter((time) => time.getTime() > at.getTime() - longest);
  return { nextAt: new Date(due), created: creates ? [...recent, at] : recent };
}

function intervalMs(perSecond: number): number {
  return 1000 / perSecond;
}

/** When the oldest of a full window leaves it. */
function freeAgain(created: readonly Date[], { count, withinMs }: (typeof CREATION_LIMITS)[number]): number {
  const filling = created.at(-count);
  return filling === undefined ? 0 : filling.getTime() + withinMs;
}
