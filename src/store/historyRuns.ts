import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { FailureReason, RunStateKind } from "../domain/run.ts";

/** Which runs a list shows. What is left out does not matter. */
export interface RunFilter {
  readonly repositoryId?: number;
  /** Of one issue; only together with its repository. */
  readonly issueNumber?: number;
  readonly state?: RunStateKind;
  /** Only those that hold their issue: neither ended nor failed. */
  readonly live?: boolean;
  readonly limit: number;
}

/** A run as a list shows it. */
export interface ListedRun {
  readonly id: RunId;
  /** `owner/name`. */
  readonly repository: string;
  readonly issueNumber: number;
  readonly title: string;
  readonly state: RunStateKind;
  readonly reason: FailureReason | null;
  readonly held: boolean;
  readonly phases: number;
  readonly phasesEnded: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
}

/** As the partial index has it, word for word: another wording of the same would not use it. */
const LIVE = "state not in ('promoted', 'no_changes', 'failed', 'cancelled')";

/** Runs, newest first. */
export async function listRuns(db: Knex, filter: RunFilter): Promise<readonly ListedRun[]> {
  const chosen = db("runs").orderBy([
    { column: "created_at", order: "desc" },
    { column: "id", order: "desc" },
  ]);
  if (filter.repositoryId !== undefined) void chosen.where({ repository_id: filter.repositoryId });
  if (filter.issueNumber !== undefined) void chosen.where({ issue_number: filter.issueNumber });
  if (filter.state !== undefined) void chosen.where({ state: filter.state });
  if (filter.live === true) void chosen.whereRaw(LIVE);
  return listed(db, chosen.limit(filter.limit));
}

/** Runs whose id begins like this, at most `limit`, whichever. Sorting them first could make another index look cheaper. */
export async function runsWithPrefix(db: Knex, prefix: string, limit: number): Promise<readonly ListedRun[]> {
  const pattern = `${prefix.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return listed(db, db("runs").whereRaw("id like ?", [pattern]).limit(limit));
}

/** Whether a run is neither ended nor failed. */
export async function isLive(db: Knex, id: RunId): Promise<boolean> {
  return (await db("runs").where({ id }).whereRaw(LIVE).first("id")) !== undefined;
}

/** When a run began, was last changed, and ended. */
export async function runTimesOf(
  db: Knex,
  id: RunId,
): Promise<{ readonly createdAt: Date; readonly updatedAt: Date; readonly endedAt: Date | null } | undefined> {
  return db("runs").where({ id }).first("created_at as createdAt", "updated_at as updatedAt", "ended_at as endedAt");
}

/** The repository called `owner/name`, in whatever case; the newest where a name was given twice. */
export async function findRepositoryId(
  db: Knex,
  name: { readonly owner: string; readonly name: string },
): Promise<number | null> {
  const row = await db<{ id: number }>("repositories")
    .whereRaw("lower(owner) = lower(?) and lower(name) = lower(?)", [name.owner, name.name])
    .orderBy("updated_at", "desc")
    .first("id");
  return row?.id ?? null;
}

/** Every repository's `owner/name`, as far as a message can name them. */
export async function repositoryNames(db: Knex): Promise<readonly string[]> {
  const rows = await db("repositories").orderBy("updated_at", "desc").limit(200).select("owner", "name");
  return rows.map((row: { owner: string; name: string }) => `${row.owner}/${row.name}`);
}

const COLUMNS = "id repository_id issue_number title state state_detail hold created_at updated_at ended_at".split(" ");

interface ListedRow extends Omit<ListedRun, "held"> {
  readonly hold: object | null;
}

/** The rows are chosen and cut first; what else a list shows is then looked up for these alone. */
async function listed(db: Knex, chosen: Knex.QueryBuilder): Promise<readonly ListedRun[]> {
  const { rows } = await db.raw<{ rows: ListedRow[] }>(
    `select chosen.id, repositories.owner || '/' || repositories.name as repository, chosen.issue_number as "issueNumber",
            chosen.title, chosen.state, chosen.state_detail->>'reason' as reason, chosen.hold,
            counted.phases, counted.ended as "phasesEnded",
            chosen.created_at as "createdAt", chosen.updated_at as "updatedAt", chosen.ended_at as "endedAt"
       from ? as chosen
       join repositories on repositories.id = chosen.repository_id
      cross join lateral (
        select count(*)::int as phases,
               (count(*) filter (where state in ('complete', 'failed', 'skipped')))::int as ended
          from phases where run_id = chosen.id and ordinal > 0
      ) as counted
      order by chosen.created_at desc, chosen.id desc`,
    [chosen.select(COLUMNS)],
  );
  return rows.map(({ hold, ...row }) => ({ ...row, held: hold !== null }));
}
