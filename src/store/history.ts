import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { HistoryLine } from "./events.ts";

/** Lines of a history that say enough of what went wrong: what a look at a run shows, and what an investigator reads. */
const LAST_LINES = 500;

/** Lines read at once by who follows a run, so that one look at a long history stays small. */
const PAGE = 1000;

/** A line as it is stored. A cut payload keeps its short texts only; its beginning is under `head`. */
export interface StoredLine extends HistoryLine {
  readonly truncated: boolean;
}

/** The last lines of a run's history, oldest first. */
export async function lastEvents(db: Knex, runId: RunId, limit: number = LAST_LINES): Promise<readonly StoredLine[]> {
  const newestFirst = await lines(db, runId).orderBy("seq", "desc").limit(limit);
  return newestFirst.toReversed();
}

/** The lines after number `seq`, oldest first, at most 1000 of them. */
export async function eventsAfter(db: Knex, runId: RunId, seq: number): Promise<readonly StoredLine[]> {
  return lines(db, runId).where("seq", ">", seq).orderBy("seq").limit(PAGE);
}

function lines(db: Knex, runId: RunId): Knex.QueryBuilder<object, StoredLine[]> {
  const columns = ["seq", "kind", "payload", "payload_truncated as truncated", "created_at as at"];
  return db("events").where({ run_id: runId }).select<StoredLine[]>(columns);
}
