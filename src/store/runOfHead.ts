import type { Knex } from "knex";
import type { RunId, Sha } from "../domain/ids.ts";

/** The run that a commit is the head of; of several, one that is under way, else the newest. */
export async function runOfHead(
  db: Knex,
  { repositoryId, sha }: { readonly repositoryId: number; readonly sha: Sha },
): Promise<RunId | null> {
  const row = await db<{ id: RunId; repository_id: number; head_sha: Sha }>("runs")
    .where({ repository_id: repositoryId, head_sha: sha })
    .orderByRaw("(ended_at is null) desc, created_at desc")
    .first("id");
  return row?.id ?? null;
}
