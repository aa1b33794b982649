import type { ApiLimit } from "./apiRequest.ts";

/** Within this long after a pause that GitHub put no length to, the next one is twice as long. */
const FORGIVEN_AFTER_MS = 15 * 60_000;

/** Doublings of such a pause: from a minute to about an hour. */
const MAX_DOUBLINGS = 6;

/** A time in which nothing is asked of GitHub. */
export interface ApiPause {
  readonly until: Date;
  /** How many pauses in a row GitHub put no length to. */
  readonly untold: number;
}

/**
 * The pause that follows from one more answer which asks for it. GitHub wants "an exponentially increasing amount of time"
 * where it names none. A pause under way only ever gets longer: several requests may be refused at one time.
 */
export function nextPause(known: ApiPause | null, { waitMs, told }: Omit<ApiLimit, "resource">, now: Date): ApiPause {
  const agoMs = known === null ? Infinity : now.getTime() - known.until.getTime();
  const underWay = agoMs < 0;
  const before = known === null || agoMs > FORGIVEN_AFTER_MS ? 0 : known.untold;
  const doublings = told || underWay ? 0 : Math.min(before, MAX_DOUBLINGS);
  const until = new Date(Math.max(known?.until.getTime() ?? 0, now.getTime() + waitMs * 2 ** doublings));
  if (told) return { until, untold: 0 };
  return { until, untold: underWay ? Math.max(before, 1) : Math.min(before + 1, MAX_DOUBLINGS + 1) };
}
