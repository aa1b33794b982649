import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Knex } from "knex";
import type { DeliveryId } from "../domain/ids.ts";
import type { Topic } from "../domain/topic.ts";

/** A webhook as it came in. */
export interface NewDelivery {
  readonly id: DeliveryId;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  /** The body's own text: stored as it is, never parsed and written again. */
  readonly payload: string;
  /** `ignored` when nobody will handle it. */
  readonly state: "received" | "ignored";
  /** What it tells; null, or left out, where nobody else could tell the same. */
  readonly topic?: Topic | null;
  /** `sweep`: GitHub's webhook did not come, and its state said what it would have told. Left out: GitHub sent it. */
  readonly source?: DeliverySource;
}

export type DeliverySource = "webhook" | "sweep";

/** The fastest level: bodies shrink to a sixth with it already, in some 30 µs for the usual 10 KB. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A webhook as its handler needs it. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly event: string;
  readonly state: DeliveryState;
  readonly payload: unknown;
  /** The same was told before, by a sweep where this is a webhook, or by a webhook where this is a sweep's. */
  readonly isOldNews: boolean;
}

export type DeliveryState = "received" | "handled" | "ignored" | "failed";

/** How the handling of a delivery ended. */
export type DeliveryOutcome =
  { readonly state: "handled" } | { readonly state: "ignored" } | { readonly state: "failed"; readonly error: string };

interface DeliveryRow {
  readonly id: DeliveryId;
  readonly event: string;
  readonly action: string | null;
  readonly installation_id: number | null;
  readonly payload: Buffer;
  readonly encoding: "identity" | "zstd";
  readonly state: DeliveryState;
}

/**
 * Stores those whose id is new, in one statement, and gives their ids.
 *
 * Sorted, so that two batches with the same deliveries wait for each other rather than deadlock.
 */
export async function insertDeliveries(tx: Knex, deliveries: readonly NewDelivery[]): Promise<ReadonlySet<DeliveryId>> {
  const sorted = deliveries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted.map((delivery) => ({
    id: delivery.id,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    payload: zstdCompressSync(delivery.payload, COMPRESSION),
    encoding: "zstd",
    state: delivery.state,
    handled_at: delivery.state === "received" ? null : tx.fn.now(),
    source: delivery.source ?? "webhook",
    topic: delivery.topic?.name ?? null,
    happened_at: delivery.topic?.at ?? null,
  }));
  const inserted = await tx("deliveries").insert(rows).onConflict("id").ignore().returning<{ id: DeliveryId }[]>("id");
  return new Set(inserted.map(({ id }) => id));
}

export async function findDelivery(db: Knex, id: DeliveryId): Promise<Delivery | undefined> {
  const { rows } = await db.raw<{ rows: (DeliveryRow & { readonly old_news: boolean })[] }>(
    `select id, event, state, payload, encoding, exists (${TOLD_BEFORE}) as old_news from deliveries d where id = ?`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { event, state, old_news: isOldNews } = row;
  // The endpoint has parsed this text before it was stored.
  return { id: row.id, event, state, payload: JSON.parse(payloadText(row)), isOldNews };
}

/**
 * How much earlier GitHub may say that something happened, in different answers about the same: a webhook has the time when
 * its issue was changed last, the history the time of the event itself.
 */
const SAME_MOMENT = "interval '10 seconds'";

/**
 * The same news from the other side, at the same time or later. Of two, the first in the inbox is the one that counts; one
 * whose handling failed does not count.
 */
const TOLD_BEFORE = `
  select from deliveries o
    where o.topic = d.topic and o.source <> d.source and o.state <> 'failed'
      and o.happened_at >= d.happened_at - ${SAME_MOMENT} and (o.received_at, o.id) < (d.received_at, d.id)`;

/** Which of these deliveries have never come. */
export async function missingDeliveries(db: Knex, ids: readonly DeliveryId[]): Promise<ReadonlySet<DeliveryId>> {
  const { rows } = await db.raw<{ rows: { id: DeliveryId }[] }>(
    "select id from unnest(?::uuid[]) id where not exists (select from deliveries where deliveries.id = id.id)",
    [[...ids]],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Of these, what no delivery has told, and none that came after it. */
export async function untold(db: Knex, topics: readonly Topic[]): Promise<ReadonlySet<Topic>> {
  const { rows } = await db.raw<{ rows: { position: number }[] }>(
    `select t.position from unnest(?::text[], ?::text[]) with ordinality t (name, at, position)
      where not exists (select from deliveries where topic = t.name
        and (t.at = '' or happened_at >= nullif(t.at, '')::timestamptz - ${SAME_MOMENT}))`,
    [topics.map(({ name }) => name), topics.map(({ at }) => at ?? "")],
  );
  const positions = new Set(rows.map(({ position }) => position));
  return new Set(topics.filter((_, index) => positions.has(index + 1)));
}

/** The body's own text. */
export function payloadText({ payload, encoding }: Pick<DeliveryRow, "payload" | "encoding">): string {
  switch (encoding) {
    case "identity":
      return payload.toString("utf8");
    case "zstd":
      return zstdDecompressSync(payload).toString("utf8");
  }
}

/** Closes a delivery. A second outcome replaces the first: a delivery that failed may be handled on a later try. */
export async function settleDelivery(db: Knex, id: DeliveryId, outcome: DeliveryOutcome): Promise<void> {
  const error = outcome.state === "failed" ? outcome.error : null;
  await db("deliveries").where({ id }).update({ state: outcome.state, error, handled_at: db.fn.now() });
}
