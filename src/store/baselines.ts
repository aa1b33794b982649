import type { Knex } from "knex";
import type { Baseline } from "../domain/acceptance/baseline.ts";
import type { Sha } from "../domain/ids.ts";

/** Days for which a baseline is believed: what a commit's tests say changes with the machines around it. */
const KEPT_DAYS = 7;

export interface BaselineKey {
  readonly repositoryId: number;
  readonly sha: Sha;
  /** SHA-256 of the command and of what is run before it. */
  readonly commandHash: string;
}

/** What a command was found to say of a commit, unless that was too long ago. */
export async function findBaseline(db: Knex, key: BaselineKey): Promise<Baseline | null> {
  const row = await db<{ content: Baseline }>("baselines")
    .where(rowOf(key))
    .andWhere("expires_at", ">", db.fn.now())
    .first("content");
  return row?.content ?? null;
}

/** Keeps a baseline for the other phases on the same base, and lets go of the repository's old ones. */
export async function saveBaseline(db: Knex, key: BaselineKey, content: Baseline): Promise<void> {
  await db("baselines").where({ repository_id: key.repositoryId }).andWhere("expires_at", "<", db.fn.now()).delete();
  await db("baselines")
    .insert({
      ...rowOf(key),
      content: JSON.stringify(content),
      expires_at: db.raw(`now() + interval '${KEPT_DAYS} days'`),
    })
    .onConflict(["repository_id", "sha", "command_hash"])
    .merge();
}

function rowOf({ repositoryId, sha, commandHash }: BaselineKey) {
  return { repository_id: repositoryId, sha, command_hash: commandHash };
}
