import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Knex } from "knex";
import type { DeliveryId } from "../domain/ids.ts";

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
}

/** The fastest level: bodies shrink to a sixth with it already, in some 30 µs for the usual 10 KB. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A webhook as its handler needs it. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly event: string;
  readonly state: DeliveryState;
  readonly payload: unknown;
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
  }));
  const inserted = await tx("deliveries").insert(rows).onConflict("id").ignore().returning<{ id: DeliveryId }[]>("id");
  return new Set(inserted.map(({ id }) => id));
}

export async function findDelivery(db: Knex, id: DeliveryId): Promise<Delivery | undefined> {
  const row = await db<DeliveryRow>("deliveries").where({ id }).first("id", "event", "state", "payload", "encoding");
  if (row === undefined) return undefined;
  // The endpoint has parsed this text before it was stored.
  return { id: row.id, event: row.event, state: row.state, payload: JSON.parse(payloadText(row)) };
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
