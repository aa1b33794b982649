import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";

/** The channel on which changed runs are announced; the payload is the run's id. */
export const CHANGES_CHANNEL = "autopack_changes";

/** Tells every process, when `tx` commits, that a run has changed: workers stop what the run no longer wants. */
export async function announce(tx: Knex, runId: RunId): Promise<void> {
  await tx.raw("select pg_notify(?, ?)", [CHANGES_CHANNEL, runId]);
}
