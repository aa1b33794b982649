import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import { CHANGES_CHANNEL } from "../store/changes.ts";

/** Tells every process, when `tx` commits, that a run has changed: workers stop what the run no longer wants. */
export async function announce(tx: Knex, runId: RunId): Promise<void> {
  await tx.raw("select pg_notify(?, ?)", [CHANGES_CHANNEL, runId]);
}
