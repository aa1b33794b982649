import type { LoggedDelivery } from "../../ports/survey.ts";
import { missingDeliveries } from "../../store/deliveries.ts";
import {
  beginAsking,
  closeArrived,
  closeGone,
  closeHopeless,
  dueGaps,
  noteMissingDeliveries,
} from "../../store/gaps.ts";
import { ifUnlocked, sweepLock } from "../../store/lock.ts";
import type { Lock } from "../../store/lock.ts";
import { sweepCompleted, sweptUntil } from "../../store/sweeps.ts";
import type { JobDeps } from "../handler.ts";
import { SEEN_BY_STATE } from "./seenByState.ts";

/**
 * How much of what was looked at before is looked at again, in milliseconds: a delivery is logged when its answer came, up
 * to ten seconds after it was sent, and GitHub may be late with its log.
 */
const OVERLAP_MS = 15 * 60_000;

/** What one sweep did, in deliveries. */
export interface DeliverySweep {
  /** Found missing for the first time. */
  readonly missing: number;
  readonly requested: number;
  /** Missing ones that have come since the last sweep. */
  readonly arrived: number;
}

export type DeliverySweepDeps = Pick<JobDeps, "store" | "surveys" | "handles" | "log">;

/**
 * Compares GitHub's log of webhooks with the inbox, writes down what is missing, and asks GitHub to send it again, in the
 * order in which it was sent. Null when another worker is at it.
 *
 * What GitHub says of the delivery does not count: one that was answered, and is not here, is missing as well. May be
 * interrupted anywhere: what was written down is asked for by the next sweep, and what was not is found again.
 */
export async function sweepDeliveries(deps: DeliverySweepDeps): Promise<DeliverySweep | null> {
  return ifUnlocked(deps.store.knex, sweepLock("deliveries"), async (lock) => {
    const { knex } = deps.store;
    const missing = await findMissing(deps);
    const arrived = await closeArrived(knex);
    await closeHopeless(knex, SEEN_BY_STATE);
    const requested = await askAgain(deps, lock);
    if (missing > 0) deps.log.warn({ missing, requested }, "webhooks did not come; GitHub is asked for them once more");
    return { missing, requested, arrived };
  });
}

async function findMissing({ store, surveys, handles }: DeliverySweepDeps): Promise<number> {
  const until = await sweptUntil(store.knex, "deliveries");
  const log = await surveys.deliveries(new Date(until.getTime() - OVERLAP_MS));
  const handled = log.filter(({ event }) => handles(event));
  const unknown = await missingDeliveries(store.knex, [...new Set(handled.map(({ guid }) => guid))]);
  const missing = firstAttempts(handled.filter(({ guid }) => unknown.has(guid)));
  return store.knex.transaction(async (tx) => {
    const noted = await noteMissingDeliveries(tx, missing);
    const [newest] = log;
    if (newest !== undefined) await sweepCompleted(tx, "deliveries", newest.deliveredAt);
    return noted;
  });
}

/** One a delivery: of several attempts, the first says when it was sent. The log has the newest at its top. */
function firstAttempts(attempts: readonly LoggedDelivery[]): readonly LoggedDelivery[] {
  return [...new Map(attempts.map((attempt) => [attempt.guid, attempt])).values()];
}

async function askAgain({ store, surveys }: DeliverySweepDeps, lock: Lock): Promise<number> {
  const due = await dueGaps(store.knex);
  for (const { guid, loggedId } of due) {
    await lock.confirm();
    await beginAsking(store.knex, guid);
    if ((await surveys.redeliver(loggedId)) === "gone") await closeGone(store.knex, guid, SEEN_BY_STATE);
  }
  return due.length;
}
