import type { Knex } from "knex";
import type { AttemptId, RunId } from "../domain/ids.ts";
import { attemptEventLines } from "../projections/attemptEventLines.ts";
import { attemptEventsAfter } from "../store/attemptEvents.ts";
import { attemptLogsOf } from "../store/historyAttempts.ts";
import type { AttemptLog } from "../store/historyAttempts.ts";
import type { RunsDatabase } from "./runsDatabase.ts";
import { findRunId } from "./runsFind.ts";
import { chosenAttempt, pause } from "./runsLog.ts";
import { stopOnSignals } from "./runsShow.ts";

const PAGE = 500;

/** Prints what an agent did, event by event; with `follow` what comes as well, until the attempt ends. */
export async function showEvents(
  { knex }: RunsDatabase,
  typed: string,
  {
    which,
    repo,
    follow,
  }: { readonly which: string | null; readonly repo: string | undefined; readonly follow: boolean },
): Promise<void> {
  const runId = await findRunId(knex, typed, repo);
  const attempt = which === null ? await currentAttempt(knex, runId) : await chosenAttempt(knex, runId, which);
  const stop = stopOnSignals();
  try {
    await printEvents(knex, { runId, attempt, follow, signal: stop.signal });
  } finally {
    stop.forget();
  }
}

/** The one that runs, else the last one. */
async function currentAttempt(db: Knex, runId: RunId): Promise<AttemptLog> {
  const attempts = await attemptLogsOf(db, runId);
  const found = attempts.findLast(({ ended }) => !ended) ?? attempts.at(-1);
  if (found === undefined) throw new Error(`${runId} has no attempts yet`);
  return found;
}

interface Printing {
  readonly runId: RunId;
  readonly attempt: AttemptLog;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

async function printEvents(db: Knex, { runId, attempt, follow, signal }: Printing): Promise<void> {
  process.stdout.write(`${attempt.id}\n`);
  let goesOn = follow && !attempt.ended;
  let seq = await printAfter(db, attempt.id, 0);
  while (goesOn && !signal.aborted) {
    await pause(signal);
    // Looked at before the last events are, so that none is missed.
    goesOn = (await attemptLogsOf(db, runId)).some(({ id, ended }) => id === attempt.id && !ended);
    seq = await printAfter(db, attempt.id, seq);
  }
  if (seq === 0) process.stdout.write("no events are kept of it\n");
}

/** Prints what comes after number `seq`, and gives the last number. */
async function printAfter(db: Knex, id: AttemptId, seq: number): Promise<number> {
  let last = seq;
  for (;;) {
    const events = await attemptEventsAfter(db, id, { seq: last, limit: PAGE });
    for (const event of events) process.stdout.write(`${attemptEventLines(event).join("\n")}\n`);
    last = events.at(-1)?.seq ?? last;
    if (events.length < PAGE) return last;
  }
}
