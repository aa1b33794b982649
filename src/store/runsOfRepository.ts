import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { CancelCause } from "../domain/run.ts";

/** The runs at work in a repository, oldest first. */
export async function liveRunsOf(db: Knex, repositoryId: number): Promise<readonly RunId[]> {
  return db("runs")
    .where({ repository_id: repositoryId })
    .whereNotIn("state", ["promoted", "no_changes", "failed", "cancelled"])
    .orderBy("created_at")
    .pluck<RunId[]>("id");
}

/** The runs of a repository that ended because Autopack could do nothing there any more. */
export async function runsLostIn(
  db: Knex,
  repositoryId: number,
  causes: readonly CancelCause[],
): Promise<readonly RunId[]> {
  return db("runs")
    .where({ repository_id: repositoryId, state: "cancelled" })
    .whereRaw("state_detail ->> 'why' = any (?)", [[...causes]])
    .orderBy("created_at")
    .pluck<RunId[]>("id");
}

/** The runs that what happens in a repository may concern: the live ones, and newer ones that failed. */
export async function runsToSurvey(db: Knex, repositoryId: number): Promise<readonly RunId[]> {
  const { rows } = await db.raw<{ rows: { id: RunId }[] }>(
    `select id, created_at from runs where repository_id = ?
        and state not in ('promoted', 'no_changes', 'failed', 'cancelled')
      union all
      select id, created_at from runs where repository_id = ? and state = 'failed' and created_at > now() - interval '14 days'
      order by created_at`,
    [repositoryId, repositoryId],
  );
  return rows.map(({ id }) => id);
}
