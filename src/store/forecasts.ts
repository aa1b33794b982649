import type { Knex } from "knex";
import type { Forecast } from "../domain/forecast.ts";
import type { RunId, Sha } from "../domain/ids.ts";

/** A run as it takes part in forecasts. */
export interface LiveHead {
  readonly id: RunId;
  readonly head: Sha;
  readonly baseBranch: string;
}

/** Two commits that a forecast is about. `other` null: the base of the run. */
export interface ForecastPair {
  readonly run: RunId;
  readonly other: RunId | null;
  readonly head: Sha;
  readonly otherHead: Sha;
}

export interface PairForecast extends ForecastPair {
  /** Those that do not merge; empty when the merge is clean. */
  readonly paths: readonly string[];
}

interface ForecastRow {
  readonly run_id: RunId;
  readonly other_id: RunId | null;
  readonly head: Sha;
  readonly other_head: Sha;
  readonly paths: readonly string[];
}

/** As the index of live runs has it: neither ended nor failed. */
const LIVE = "state not in ('promoted', 'no_changes', 'failed', 'cancelled')";

/** The newest live runs of a repository that have something on their branch, the newest first. */
export async function liveHeads(db: Knex, repositoryId: number, limit: number): Promise<readonly LiveHead[]> {
  const rows: readonly { id: RunId; head_sha: Sha; base_branch: string }[] = await db("runs")
    .where({ repository_id: repositoryId })
    .whereRaw(LIVE)
    .whereNotNull("head_sha")
    .whereNotNull("base_branch")
    .orderBy([
      { column: "created_at", order: "desc" },
      { column: "id", order: "desc" },
    ])
    .limit(limit)
    .select("id", "head_sha", "base_branch");
  return rows.map((row) => ({ id: row.id, head: row.head_sha, baseBranch: row.base_branch }));
}

/** Every forecast of a repository, also those that are out of date. */
export async function forecastsOf(db: Knex, repositoryId: number): Promise<readonly PairForecast[]> {
  const rows = await db<ForecastRow>("conflict_forecasts")
    .whereIn("run_id", db("runs").where({ repository_id: repositoryId }).select("id"))
    .select("run_id", "other_id", "head", "other_head", "paths");
  return rows.map((row) => ({
    run: row.run_id,
    other: row.other_id,
    head: row.head,
    otherHead: row.other_head,
    paths: row.paths,
  }));
}

/** Writes forecasts; a later one of the same pair replaces the earlier. */
export async function saveForecasts(tx: Knex, forecasts: readonly PairForecast[]): Promise<void> {
  if (forecasts.length === 0) return;
  const rows = forecasts.map(({ run, other, head, otherHead, paths }) => ({
    run_id: run,
    other_id: other,
    head,
    other_head: otherHead,
    paths: JSON.stringify(paths),
    computed_at: tx.fn.now(),
  }));
  await tx("conflict_forecasts").insert(rows).onConflict(["run_id", "other_id"]).merge();
}

/** Forgets pairs of which a side is not among the live ones any more. */
export async function dropForecasts(tx: Knex, pairs: readonly Pick<ForecastPair, "run" | "other">[]): Promise<void> {
  for (const { run, other } of pairs)
    await tx("conflict_forecasts").where({ run_id: run }).whereRaw("other_id is not distinct from ?", [other]).delete();
}

/** What a run would conflict with, the base first, then other live runs, the oldest first. Nothing where all is clean. */
export async function forecastOf(db: Knex, runId: RunId): Promise<readonly Forecast[]> {
  const { rows } = await db.raw<{
    rows: { id: RunId | null; issue_number: number | null; paths: readonly string[] }[];
  }>(
    `select other.id, other.issue_number, found.paths
       from (select other_id as id, paths from conflict_forecasts where run_id = :runId
             union all
             select run_id, paths from conflict_forecasts where other_id = :runId) found
       left join runs other on other.id = found.id
      where jsonb_array_length(found.paths) > 0 and (other.id is null or other.${LIVE})
      order by other.created_at nulls first, other.id`,
    { runId },
  );
  return rows.map(({ id, issue_number: issueNumber, paths }) =>
    id === null || issueNumber === null ? { with: "base", paths } : { with: { runId: id, issueNumber }, paths },
  );
}
