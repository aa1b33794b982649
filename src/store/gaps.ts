import type { Knex } from "knex";
import type { DeliveryId } from "../domain/ids.ts";

/** A webhook that GitHub sent, or should have sent, and that did not come. */
export interface Gap {
  /** The delivery's; one made up by content where GitHub's log has none. */
  readonly guid: DeliveryId;
  /** `delivery`: found in GitHub's log. `state`: found in what GitHub shows. */
  readonly kind: "delivery" | "state";
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly installationId: number | null;
  /** By GitHub's clock. */
  readonly deliveredAt: Date;
}

/** GitHub's own number of a delivery: too large for a JavaScript number. */
type LoggedId = string;

export type GapEnd = "redelivery" | "state_sweep" | "given_up";

export interface ListedGap extends Gap {
  readonly noticedAt: Date;
  readonly requestedAt: Date | null;
  readonly attempts: number;
  readonly closedAt: Date | null;
  readonly closedBy: GapEnd | null;
}

/** How often GitHub is asked to send one delivery again. */
const MAX_ATTEMPTS = 5;

/** From the nth time GitHub was asked to the next: 5 minutes, 20 minutes, 80 minutes and so on, 28 hours in all. */
const PATIENCE = "make_interval(mins => (5 * power(4, attempts - 1))::int)";

const DUE = `(requested_at is null or requested_at <= now() - ${PATIENCE})`;

/** GitHub keeps deliveries for three days; what is older cannot be sent again. */
const HOPELESS = `delivered_at < now() - interval '3 days'`;

interface GapRow {
  readonly guid: DeliveryId;
  readonly kind: "delivery" | "state";
  readonly event: string;
  readonly action: string | null;
  readonly repository_id: number | null;
  readonly installation_id: number | null;
  readonly delivery_id: LoggedId;
  readonly delivered_at: Date;
  readonly noticed_at: Date;
  readonly requested_at: Date | null;
  readonly attempts: number;
  readonly closed_at: Date | null;
  readonly closed_by: GapEnd | null;
}

/** Writes down deliveries that did not come. One that is known is left as it is. Gives how many are new. */
export async function noteMissingDeliveries(
  tx: Knex,
  gaps: readonly (Omit<Gap, "kind"> & { readonly loggedId: LoggedId })[],
): Promise<number> {
  if (gaps.length === 0) return 0;
  const rows = gaps.map((gap) => ({ ...toRow({ ...gap, kind: "delivery" }), delivery_id: gap.loggedId }));
  return (await tx("gaps").insert(rows).onConflict("guid").ignore().returning("guid")).length;
}

/** Writes down news that GitHub's state gave away, and that is being acted on. */
export async function noteMissedNews(tx: Knex, gap: Omit<Gap, "kind">): Promise<void> {
  const row = { ...toRow({ ...gap, kind: "state" }), closed_at: tx.fn.now(), closed_by: "state_sweep" };
  await tx("gaps").insert(row).onConflict("guid").ignore();
}

/** Closes the gaps whose delivery has come after all. Gives how many. */
export async function closeArrived(db: Knex): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(`
    update gaps set closed_at = now(), closed_by = 'redelivery'
      where closed_at is null and exists (select from deliveries where deliveries.id = gaps.guid)`);
  return rowCount;
}

/**
 * Closes the gaps that no redelivery will close any more. Where a state sweep has been through since, whatever they told of
 * `seenByState` is known by it.
 */
export async function closeHopeless(db: Knex, seenByState: readonly string[]): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `update gaps set closed_at = now(), closed_by = ${END}
      where closed_at is null and ((attempts >= ${MAX_ATTEMPTS} and ${DUE}) or ${HOPELESS})`,
    [[...seenByState]],
  );
  return rowCount;
}

/** Closes a gap whose delivery GitHub does not have any more. */
export async function closeGone(db: Knex, guid: DeliveryId, seenByState: readonly string[]): Promise<void> {
  await db.raw(`update gaps set closed_at = now(), closed_by = ${END} where guid = ? and closed_at is null`, [
    [...seenByState],
    guid,
  ]);
}

const END = `case when event = any(?) and exists (
  select from sweeps where name = 'state' and last_complete_at > gaps.noticed_at) then 'state_sweep' else 'given_up' end`;

/** Deliveries that GitHub is to be asked for now, in the order in which it sent them first. */
export async function dueGaps(
  db: Knex,
): Promise<readonly { readonly guid: DeliveryId; readonly loggedId: LoggedId }[]> {
  const rows = await db<GapRow>("gaps")
    .whereNull("closed_at")
    .where("attempts", "<", MAX_ATTEMPTS)
    .whereRaw(DUE)
    .orderBy(["delivered_at", "delivery_id"])
    .select("guid", "delivery_id");
  return rows.map(({ guid, delivery_id: loggedId }) => ({ guid, loggedId }));
}

/** Notes that GitHub is about to be asked: before it is, so that a crash cannot make it be asked again at once. */
export async function beginAsking(db: Knex, guid: DeliveryId): Promise<void> {
  await db("gaps")
    .where({ guid })
    .update({ requested_at: db.fn.now(), attempts: db.raw("attempts + 1") });
}

/** The ledger: open gaps first, then those that were closed, newest first. */
export async function listGaps(db: Knex): Promise<readonly ListedGap[]> {
  const rows = await db<GapRow>("gaps").orderByRaw("closed_at is null desc, delivered_at desc, guid");
  return rows.map((row) => ({
    guid: row.guid,
    kind: row.kind,
    event: row.event,
    action: row.action,
    repositoryId: row.repository_id,
    installationId: row.installation_id,
    deliveredAt: row.delivered_at,
    noticedAt: row.noticed_at,
    requestedAt: row.requested_at,
    attempts: row.attempts,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
  }));
}

function toRow(gap: Gap): object {
  return {
    guid: gap.guid,
    kind: gap.kind,
    event: gap.event,
    action: gap.action,
    repository_id: gap.repositoryId,
    installation_id: gap.installationId,
    delivered_at: gap.deliveredAt,
  };
}
