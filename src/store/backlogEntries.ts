import type { Knex } from "knex";
import type { BacklogEntry, BacklogStatus } from "../domain/findings/backlogEntry.ts";

/** A run carries no more keys of what is due; the others' turn comes when these are resolved. */
const MAX_AGED = 500;
/** What one run could clean up at most is far less. */
const MAX_DUE = 200;

/** Keys of what is due for cleaning up: they count as major in a run that is planned now. At most 500, those seen last. */
export async function agedKeys(db: Knex, repositoryId: number): Promise<readonly string[]> {
  return db("backlog")
    .where({ repository_id: repositoryId, status: "needs_cleanup" })
    .orderBy([{ column: "last_seen_at", order: "desc" }, { column: "key" }])
    .limit(MAX_AGED)
    .pluck("key");
}

/** What is due for cleaning up, for `planCleanUp`: at most 200, those seen last. */
export async function dueForCleanUp(db: Knex, repositoryId: number): Promise<readonly BacklogEntry[]> {
  return backlogOf(db, { repositoryId, statuses: ["needs_cleanup"], limit: MAX_DUE });
}

export interface BacklogFilter {
  /** Absent: every repository's. */
  readonly repositoryId?: number;
  /** Absent: all. */
  readonly statuses?: readonly BacklogStatus[];
  /** Only those whose keys begin so. */
  readonly prefix?: string;
  readonly limit: number;
}

interface EntryRow extends Omit<BacklogEntry, "age" | "resolved"> {
  readonly runs: number;
  readonly tiers: number;
  readonly resolvedAt: Date | null;
  readonly resolvedReason: string | null;
  readonly resolvedRun: NonNullable<BacklogEntry["resolved"]>["run"];
  readonly resolvedBy: string | null;
}

/** A repository's backlog, or every repository's: those seen last first. */
export async function backlogOf(
  db: Knex,
  { repositoryId, statuses, prefix, limit }: BacklogFilter,
): Promise<readonly BacklogEntry[]> {
  const chosen = db("backlog")
    .orderBy([{ column: "last_seen_at", order: "desc" }, { column: "repository_id" }, { column: "key" }])
    .limit(limit);
  if (repositoryId !== undefined) void chosen.where({ repository_id: repositoryId });
  if (statuses !== undefined) void chosen.whereIn("status", statuses);
  if (prefix !== undefined) void chosen.whereRaw("starts_with(key, ?)", [prefix]);
  // The rows are chosen and cut first; their sightings are then counted for these alone.
  const { rows } = await db.raw<{ rows: EntryRow[] }>(
    `select repositories.owner || '/' || repositories.name as repository, key, title, detail, path, severity, source, status,
            first_run as "firstRun", last_run as "lastRun", first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt",
            resolved_at as "resolvedAt", resolved_reason as "resolvedReason", resolved_run as "resolvedRun",
            resolved_by as "resolvedBy", evidence, age.runs, age.tiers
       from ? as chosen
       join repositories on repositories.id = chosen.repository_id
      cross join lateral (
        select count(distinct run_id)::int as runs, count(*)::int as tiers
          from backlog_sightings seen
         where seen.repository_id = chosen.repository_id and seen.key = chosen.key and seen.epoch = chosen.epoch
      ) as age
      order by chosen.last_seen_at desc, chosen.repository_id, key`,
    [chosen.select("*")],
  );
  return rows.map(toEntry);
}

function toEntry({
  runs,
  tiers,
  resolvedAt,
  resolvedReason,
  resolvedRun,
  resolvedBy,
  ...entry
}: EntryRow): BacklogEntry {
  const resolved =
    resolvedAt === null || resolvedReason === null
      ? null
      : { at: resolvedAt, reason: resolvedReason, run: resolvedRun, by: resolvedBy };
  return { ...entry, age: { runs, tiers }, resolved };
}
