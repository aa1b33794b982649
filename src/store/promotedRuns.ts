import type { Knex } from "knex";
import type { RunId, Sha } from "../domain/ids.ts";

/** The promoted runs of a base branch that these commits or pull requests are of: their merges, or the phases' own commits. */
export async function findPromotedRuns(
  db: Knex,
  of: {
    readonly repositoryId: number;
    readonly branch: string;
    readonly commits: readonly Sha[];
    readonly pulls: readonly number[];
  },
): Promise<readonly RunId[]> {
  const { rows } = await db.raw<{ rows: { id: RunId }[] }>(
    `select id from runs
      where repository_id = :repositoryId and base_branch = :branch and state = 'promoted'
        and (state_detail ->> 'sha' = any(:commits::text[])
          or pull_number = any(:pulls::int[])
          or id in (select run_id from checkpoints where sha = any(:commits::text[])))
      order by created_at, id`,
    { ...of, commits: [...of.commits], pulls: [...of.pulls] },
  );
  return rows.map(({ id }) => id);
}
