import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import type { Knex } from "knex";
import type { RunId } from "../../src/domain/ids.ts";
import { plainLine } from "../../src/domain/plainText.ts";
import type { Run } from "../../src/domain/run.ts";
import { CHANGES_CHANNEL, listenToChanges } from "../../src/store/changes.ts";
import { historyOf } from "../../src/store/events.ts";
import type { HistoryLine } from "../../src/store/events.ts";
import { getRun } from "../../src/store/runs.ts";
import { TooSlow, within } from "./within.ts";

/** `phase` is the ordinal of the phase that it is about; null: the run as a whole. */
export type News =
  /** `run` is at least as new as the event. */
  | { readonly kind: "event"; readonly phase: number | null; readonly event: HistoryLine; readonly run: Run }
  /** The last line that an agent at work has printed. */
  | { readonly kind: "output"; readonly phase: number | null; readonly text: string };

export interface RunFeed {
  /** What happened next. Rejects when nothing has happened for a while, and when the demo is stopped. */
  next(): Promise<News>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly db: Knex;
  readonly databaseUrl: string;
  readonly issue: number;
  readonly signal: AbortSignal;
  /** Real agents take minutes where scripted ones take seconds. */
  readonly patience: "seconds" | "minutes";
}

/** A label becomes a run in a fraction of a second. */
const START_MS = 30_000;

const PATIENCE = {
  /** From the label to the merge lie seconds; minutes on top for a slow machine. The slowest step may take a minute. */
  seconds: { runMs: 240_000, quietMs: 90_000 },
  /** An attempt of fifteen minutes is stopped, and may be the last of three. */
  minutes: { runMs: 7_200_000, quietMs: 1_200_000 },
} as const;

/** How long the database may take to answer. */
const QUERY_MS = 20_000;

/** Between two looks at what agents print. */
const LOOK_MS = 150;

const MAX_OUTPUT_LENGTH = 72;

/** Follows the run of an issue by its history in Postgres, from the first event on. */
export async function followRun({ db, databaseUrl, issue, signal, patience }: FeedOptions): Promise<RunFeed> {
  const runId = await startedRun(db, issue, signal);
  const changes = await listenToChanges(databaseUrl, CHANGES_CHANNEL);
  let change = Promise.withResolvers<void>();
  changes.subscribe(runId, () => change.resolve());
  const waiting: News[] = [];
  const { runMs, quietMs } = PATIENCE[patience];
  const end = performance.now() + runMs;
  const shown = new Map<string, string>();
  let seen = 0;

  async function look(): Promise<void> {
    const fresh = (await historyOf(db, runId)).filter(({ seq }) => seq > seen);
    if (fresh.length > 0) {
      seen = fresh.at(-1)?.seq ?? seen;
      const run = await getRun(db, runId);
      waiting.push(...fresh.map((event) => ({ kind: "event", phase: phaseOf(event.payload), event, run }) as const));
      return;
    }
    for (const { log, chunk } of await lastOutput(db, runId)) {
      const text = lastLine(chunk);
      if (text === "" || text === shown.get(log)) continue;
      shown.set(log, text);
      waiting.push({ kind: "output", phase: ordinalIn(log), text });
    }
  }

  return {
    async next() {
      const deadline = performance.now() + quietMs;
      for (;;) {
        signal.throwIfAborted();
        change = Promise.withResolvers();
        if (waiting.length === 0) await within({ ms: QUERY_MS, what: "asking the database" }, look());
        const news = waiting.shift();
        if (news !== undefined) return news;
        if (performance.now() > end) throw new TooSlow(`run ${runId}: not at its end after ${runMs / 1000} s`);
        if (performance.now() > deadline) throw new TooSlow(`run ${runId}: no news for ${quietMs / 1000} s`);
        await Promise.race([change.promise, delay(LOOK_MS)]);
      }
    },
    close: async () => within({ ms: QUERY_MS, what: "closing the connection that listens" }, changes.close()),
  };
}

async function startedRun(db: Knex, issue: number, signal: AbortSignal): Promise<RunId> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const row = await db<{ id: RunId; issue_number: number }>("runs").where({ issue_number: issue }).first("id");
    if (row !== undefined) return row.id;
    await delay(LOOK_MS, undefined, { signal });
  }
  throw new TooSlow(`issue #${issue}: its label has started no run after ${START_MS / 1000} s`);
}

/** Events are about a phase, about one of its attempts, or about the run. */
function phaseOf({ phaseId, attemptId }: HistoryLine["payload"]): number | null {
  const id = phaseId ?? attemptId;
  return typeof id === "string" ? ordinalIn(id) : null;
}

/** Of the phase in the id of a phase or an attempt, as in `42-k3f9x2ab.1.3`. */
function ordinalIn(id: string): number | null {
  const ordinal = /^\d+-\w+\.(\d+)/.exec(id)?.[1];
  return ordinal === undefined ? null : Number(ordinal);
}

async function lastOutput(
  db: Knex,
  runId: RunId,
): Promise<readonly { readonly log: string; readonly chunk: string }[]> {
  return db("live_output")
    .whereLike("log", `${runId}.%`)
    .distinctOn("log")
    .orderBy([{ column: "log" }, { column: "seq", order: "desc" }])
    .select("log", "chunk");
}

function lastLine(chunk: string): string {
  const lines = chunk.split("\n").filter((line) => line.trim() !== "");
  return plainLine(stripVTControlCharacters(lines.at(-1) ?? ""), MAX_OUTPUT_LENGTH);
}
