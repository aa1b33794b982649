import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";

/** Ids of artifacts as they stand in JSON. Other hashes look the same: those that name no artifact are passed over. */
const HASHES = /"([0-9a-f]{64})"/g;

/**
 * Notes the artifacts that an event of a run names, so that the database keeps them until 7 days after the run's end.
 *
 * One that has expired and been deleted already is passed over.
 */
export async function saveArtifactUses(tx: Knex, runId: RunId, event: object): Promise<void> {
  const named = new Set([...JSON.stringify(event).matchAll(HASHES)].map(([, hash]) => hash ?? ""));
  if (named.size === 0) return;
  await tx.raw(
    `insert into artifact_uses (artifact_id, run_id) select id, ? from artifacts where id = any(?)
      order by id on conflict do nothing`,
    [runId, [...named]],
  );
}
