import type { Knex } from "knex";
import type { ApiCallCount } from "../domain/apiRequest.ts";
import type { RunId } from "../domain/ids.ts";

/** Adds what a job of a run asked of GitHub. A run that is gone is fine. */
export async function addApiCalls(db: Knex, runId: RunId, { calls, conditional }: ApiCallCount): Promise<void> {
  await db.raw(
    `insert into api_calls as known (run_id, calls, conditional)
       select id, ?, ? from runs where id = ?
       on conflict (run_id) do update set
         calls = known.calls + excluded.calls, conditional = known.conditional + excluded.conditional`,
    [calls, conditional, runId],
  );
}

/** What a run's jobs have asked of GitHub so far. The count of a job that was killed is missing. */
export async function apiCallsOf(db: Knex, runId: RunId): Promise<ApiCallCount> {
  const row = await db<ApiCallCount & { readonly run_id: RunId }>("api_calls")
    .where({ run_id: runId })
    .first("calls", "conditional");
  return row ?? { calls: 0, conditional: 0 };
}

/** The run that an answer is about: the newest of the issue or pull request that it was asked on. */
export async function runOfAnswer(db: Knex, answerId: string): Promise<RunId | null> {
  const asked = await db<{ id: string; repository_id: number; issue_number: number }>("answers")
    .where({ id: answerId })
    .first("repository_id", "issue_number");
  if (asked === undefined) return null;
  return newestRunAt(db, { repositoryId: asked.repository_id, number: asked.issue_number });
}

/** The newest run of an issue, or of a pull request. */
export async function newestRunAt(
  db: Knex,
  { repositoryId, number }: { readonly repositoryId: number; readonly number: number },
): Promise<RunId | null> {
  const { rows } = await db.raw<{ rows: { id: RunId }[] }>(
    `(select id, created_at from runs where repository_id = :repositoryId and issue_number = :number)
     union all
     (select id, created_at from runs where repository_id = :repositoryId and pull_number = :number)
     order by created_at desc limit 1`,
    { repositoryId, number },
  );
  return rows[0]?.id ?? null;
}
