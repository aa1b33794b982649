import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { RunFacts } from "../projections/runReport.ts";
import { apiCallsOf } from "../store/apiCalls.ts";
import { lastEvents } from "../store/history.ts";
import { attemptTimesOf, checkpointsOf, failuresOf } from "../store/historyAttempts.ts";
import { runTimesOf } from "../store/historyRuns.ts";
import { waveSummariesOf } from "../store/historyWaves.ts";
import { getRun } from "../store/runs.ts";
import { spendAt } from "../store/spend.ts";

/** Reads everything about a run at one moment, so that its parts fit together. */
export async function readRunFacts(db: Knex, id: RunId, options: { readonly events: boolean }): Promise<RunFacts> {
  return db.transaction(async (tx) => read(tx, id, options), { isolationLevel: "repeatable read", readOnly: true });
}

async function read(tx: Knex, id: RunId, options: { readonly events: boolean }): Promise<RunFacts> {
  // One after the other: a transaction is one connection.
  const run = await getRun(tx, id);
  const times = await runTimesOf(tx, id);
  if (times === undefined) throw new Error(`reading run ${id}: it is gone`);
  return {
    run,
    ...times,
    readAt: new Date(),
    spend: run.strategy === null ? [] : await spendAt(tx, run),
    attemptTimes: await attemptTimesOf(tx, id),
    waves: await waveSummariesOf(tx, id),
    failures: await failuresOf(tx, id),
    checkpoints: await checkpointsOf(tx, id),
    apiCalls: await apiCallsOf(tx, id),
    events: options.events ? await lastEvents(tx, id) : null,
  };
}
