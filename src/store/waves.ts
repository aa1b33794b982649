import type { Knex } from "knex";
import type { RunId, Sha } from "../domain/ids.ts";
import type { Wave, WaveState } from "../domain/waves/wave.ts";

interface WaveRow {
  readonly run_id: RunId;
  readonly number: number;
  readonly tier: number;
  readonly phases: readonly number[];
  readonly state: WaveState;
  readonly base_sha: Sha | null;
}

/** A run's waves by number. */
export async function wavesOf(db: Knex, runId: RunId): Promise<readonly Wave[]> {
  const rows = await db<WaveRow>("waves").where({ run_id: runId }).orderBy("number");
  return rows.map(({ number, tier, phases, state, base_sha: base }) => ({ number, tier, phases, state, base }));
}

/** Writes the waves that differ from `before`; one that is planned no more is taken away. */
export async function saveWaves(
  tx: Knex,
  runId: RunId,
  change: { readonly before: readonly Wave[]; readonly after: readonly Wave[] },
): Promise<void> {
  if (change.after.length < change.before.length)
    await tx("waves").where({ run_id: runId }).where("number", ">", change.after.length).delete();
  const known = new Set(change.before);
  // In order: one wave runs at a time, so the one before has to be closed first.
  for (const wave of change.after) if (!known.has(wave)) await saveWave(tx, runId, wave);
}

async function saveWave(tx: Knex, runId: RunId, wave: Wave): Promise<void> {
  const isOpen = wave.state === "pending" || wave.state === "running";
  const row = {
    run_id: runId,
    number: wave.number,
    tier: wave.tier,
    phases: wave.phases,
    state: wave.state,
    base_sha: wave.base,
    started_at: wave.state === "pending" ? null : tx.fn.now(),
    ended_at: isOpen ? null : tx.fn.now(),
  };
  const started = { started_at: tx.raw("coalesce(waves.started_at, excluded.started_at)") };
  await tx("waves")
    .insert(row)
    .onConflict(["run_id", "number"])
    .merge({ ...row, ...started });
}
