import { fromKnex } from "pg-boss";
import type { IntentOf } from "../domain/intent.ts";
import { insertDeliveries } from "../store/deliveries.ts";
import type { NewDelivery } from "../store/deliveries.ts";
import type { Store } from "../store/store.ts";
import { isHandledEvent } from "./handledEvents.ts";

/** A verified webhook. */
export type IncomingDelivery = Omit<NewDelivery, "state">;

/** What became of a delivery. A `duplicate` is one whose GUID is known already; it changed nothing. */
export type Storage = "stored" | "ignored" | "duplicate";

/**
 * Stores deliveries and enqueues their handling in one transaction: all of them, or an error and none.
 *
 * Each GUID is stored and enqueued once, however often it comes and in however many processes; events that nobody handles
 * are stored only. The answer has the order of `deliveries`.
 */
export async function receive(store: Store, deliveries: readonly IncomingDelivery[]): Promise<readonly Storage[]> {
  const distinct = new Map(deliveries.map((delivery) => [delivery.id, toNewDelivery(delivery)]));
  const fresh = await store.knex.transaction(async (tx) => {
    const added = await insertDeliveries(tx, [...distinct.values()]);
    const jobs = [...added].filter((id) => distinct.get(id)?.state === "received").map(toJob);
    if (jobs.length > 0) await store.boss.insert("handle_delivery", jobs, { db: fromKnex(tx) });
    return new Set(added);
  });
  return deliveries.map(({ id, event }) => {
    // Of several with one GUID in the same batch, the first is the one that was stored.
    if (!fresh.delete(id)) return "duplicate";
    return isHandledEvent(event) ? "stored" : "ignored";
  });
}

function toNewDelivery(delivery: IncomingDelivery): NewDelivery {
  return { ...delivery, state: isHandledEvent(delivery.event) ? "received" : "ignored" };
}

function toJob(deliveryId: NewDelivery["id"]): { data: IntentOf<"handle_delivery"> } {
  return { data: { kind: "handle_delivery", deliveryId } };
}
