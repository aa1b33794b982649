import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { Tier } from "../domain/tier.ts";

interface TierRow extends Tier {
  readonly run_id: RunId;
}

/** A run's tiers, in order. */
export async function tiersOf(db: Knex, runId: RunId): Promise<readonly Tier[]> {
  const rows = db<TierRow>("tiers").where({ run_id: runId }).orderBy("ordinal");
  return rows.select("ordinal", "title", "state", "cleanliness", "reasons");
}

/** Writes a run's tiers as they are now. */
export async function saveTiers(tx: Knex, runId: RunId, tiers: readonly Tier[]): Promise<void> {
  if (tiers.length === 0) return;
  const rows = tiers.map((tier) => ({ run_id: runId, ...tier, reasons: JSON.stringify(tier.reasons) }));
  await tx("tiers").insert(rows).onConflict(["run_id", "ordinal"]).merge();
}
