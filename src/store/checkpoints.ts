import type { Knex } from "knex";
import type { Phase } from "../domain/phase.ts";
import type { RunId } from "../domain/ids.ts";

/** Keeps the commit of each landed phase as a place to come back to; those that a rollback took away are gone. */
export async function saveCheckpoints(tx: Knex, runId: RunId, phases: readonly Phase[]): Promise<void> {
  const rows = phases.flatMap(({ id, state }) =>
    state.kind === "complete" ? [{ run_id: runId, phase_id: id, sha: state.sha, landing: state.landing }] : [],
  );
  const kept = rows.map(({ landing }) => landing);
  await tx("checkpoints").where({ run_id: runId }).whereNotIn("landing", kept).delete();
  if (rows.length > 0) await tx("checkpoints").insert(rows).onConflict(["run_id", "landing"]).merge();
}
