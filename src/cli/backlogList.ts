import type { Knex } from "knex";
import type { BacklogEntry, BacklogStatus } from "../domain/findings/backlogEntry.ts";
import { backlogTable } from "../projections/backlogTable.ts";
import { backlogOf } from "../store/backlogEntries.ts";
import { getRepositoryId } from "./runsFind.ts";
import { paintOf, printJson, printLines } from "./runsPrint.ts";

export interface BacklogOptions {
  readonly repo?: string;
  readonly status?: BacklogStatus | "all";
  readonly limit: number;
  readonly json?: boolean;
}

/** Prints a backlog, those seen last first; of every repository when none is named. */
export async function showBacklog(knex: Knex, { repo, status, limit, json }: BacklogOptions): Promise<void> {
  const statuses = statusesOf(status);
  // One more shows that there are more.
  const filter = { statuses, limit: limit + 1 };
  const entries = await backlogOf(
    knex,
    repo === undefined ? filter : { ...filter, repositoryId: await getRepositoryId(knex, repo) },
  );
  const shown = entries.slice(0, limit);
  if (json === true) return printJson({ entries: shown.map(entryJson), more: entries.length > limit });
  if (shown.length === 0) return printLines(["no such findings"]);
  printLines(backlogTable(shown, { paint: paintOf(process.stdout, process.env), withRepository: repo === undefined }));
  if (entries.length > limit) printLines(["", `there are more: --limit ${limit * 2}`]);
}

function statusesOf(status: BacklogOptions["status"]): readonly BacklogStatus[] {
  if (status === undefined) return ["open", "needs_cleanup"];
  return status === "all" ? ["open", "needs_cleanup", "resolved"] : [status];
}

function entryJson(entry: BacklogEntry) {
  const { repository, key, title, detail, path, severity, source, status, age, evidence, resolved } = entry;
  return {
    repository,
    key,
    title,
    detail,
    path,
    severity,
    source,
    status,
    age,
    first_run: entry.firstRun,
    last_run: entry.lastRun,
    first_seen_at: entry.firstSeenAt,
    last_seen_at: entry.lastSeenAt,
    resolved,
    evidence,
  };
}
