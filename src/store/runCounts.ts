import type { Knex } from "knex";

/** How many runs a repository has under way, and has had in all. */
export async function runCounts(
  db: Knex,
  repositoryId: number,
): Promise<{ readonly live: number; readonly all: number }> {
  const { rows } = await db.raw<{ rows: [{ live: number; all: number }] }>(
    `select count(*) filter (where ended_at is null)::int as live, count(*)::int as "all" from runs where repository_id = ?`,
    [repositoryId],
  );
  return rows[0];
}
