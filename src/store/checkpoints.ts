import type { Knex } from "knex";
import { isLanded } from "../domain/phase.ts";
import type { Phase } from "../domain/phase.ts";
import type { RunId } from "../domain/ids.ts";

/** Records the commit of each landed phase as a place to come back to. One a phase. */
export async function saveCheckpoints(tx: Knex, runId: RunId, phases: readonly Phase[]): Promise<void> {
  const rows = phases
    .filter(isLanded)
    .flatMap((phase) =>
      phase.state.kind === "complete" ? [{ run_id: runId, phase_id: phase.id, sha: phase.state.sha }] : [],
    );
  if (rows.length === 0) return;
  await tx("checkpoints").insert(rows).onConflict(["run_id", "phase_id"]).ignore();
}
