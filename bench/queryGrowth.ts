import type { Knex } from "knex";
import { migrations } from "../migrations/index.ts";
import { connect } from "../src/store/connect.ts";
import { migrate } from "../src/store/migrate.ts";
import { commandOf, rounded, withDatabase } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { HOT_QUERIES } from "./hotQueries.ts";
import type { HotQuery } from "./hotQueries.ts";
import { fillHistory, sampleOf } from "./longHistory.ts";
import type { Sample } from "./longHistory.ts";
import { median } from "./quantile.ts";
import { plansOf } from "./queryPlans.ts";

const id = "query_growth";
const mostRatio = 1.5;
const smallEvents = 10_000;
const defaultEvents = 1_000_000;
const rounds = 300;

/**
 * Every hot query on a long history against the same on a short one, turn by turn. `QUERY_GROWTH_EVENTS=5000000` takes a
 * longer one. No plan may read a table that grows from end to end.
 */
export const queryGrowth: Bench = { id, run: async () => withDatabase(measure) };

async function measure(adminUrl: string): Promise<Result> {
  const events = Number(process.env["QUERY_GROWTH_EVENTS"] ?? defaultEvents);
  if (!Number.isSafeInteger(events) || events < 10 * smallEvents)
    throw new Error(`QUERY_GROWTH_EVENTS takes a number of events from ${10 * smallEvents}`);
  const small = await openHistory(adminUrl, { name: "short_history", events: smallEvents });
  const large = await openHistory(adminUrl, { name: "long_history", events });
  try {
    const figures = [];
    for (const query of HOT_QUERIES) figures.push(await compare(query, { small, large }));
    return toResult(figures, events);
  } finally {
    await small.db.destroy();
    await large.db.destroy();
  }
}

interface History {
  readonly url: string;
  readonly db: Knex;
  readonly sample: Sample;
}

async function openHistory(
  adminUrl: string,
  { name, events }: { readonly name: string; readonly events: number },
): Promise<History> {
  const admin = connect(adminUrl, { poolMax: 1 });
  await admin.raw("create database ??", [name]);
  await admin.destroy();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const db = connect(url.href, { poolMax: 1 });
  await migrate(db, migrations);
  await fillHistory(db, events);
  return { url: url.href, db, sample: await sampleOf(db) };
}

interface Figure {
  readonly name: string;
  readonly smallMs: number;
  readonly largeMs: number;
  readonly ratio: number;
  readonly scans: readonly string[];
  readonly indexes: readonly string[];
}

/** The two are asked in turn, so that what else the machine does falls on both. */
async function compare(
  { name, run }: HotQuery,
  { small, large }: { readonly small: History; readonly large: History },
): Promise<Figure> {
  const times: Record<"small" | "large", number[]> = { small: [], large: [] };
  for (let round = -20; round < rounds; round += 1) {
    // Whoever comes second may find the processor warmer, so they take turns at that as well.
    const order = round % 2 === 0 ? (["small", "large"] as const) : (["large", "small"] as const);
    const pair = { small: 0, large: 0 };
    for (const size of order) pair[size] = await timed({ small, large }[size], round, run);
    if (round < 0) continue;
    times.small.push(pair.small);
    times.large.push(pair.large);
  }
  const [smallMs, largeMs] = [median(times.small), median(times.large)];
  const plans = await plansOf(large.url, async (db) => run(db, large.sample.at(0)));
  return { name, smallMs, largeMs, ratio: largeMs / smallMs, ...plans };
}

async function timed({ db, sample }: History, round: number, run: HotQuery["run"]): Promise<number> {
  const subject = sample.at(Math.abs(round));
  const begun = performance.now();
  await run(db, subject);
  return performance.now() - begun;
}

function toResult(figures: readonly Figure[], events: number): Result {
  const worst = figures.reduce((worse, figure) => (figure.ratio > worse.ratio ? figure : worse));
  const scans = figures.flatMap(({ name, scans: found }) => found.map((table) => `${name}: ${table}`));
  return {
    value: rounded(worst.largeMs),
    unit: `ms, median of the query that grows most (${worst.name})`,
    baseline: rounded(worst.smallMs),
    ratio: rounded(worst.ratio),
    bar: `ratio ≤ ${mostRatio}, no sequential scan`,
    ok: worst.ratio <= mostRatio && scans.length === 0,
    command: commandOf(id),
    detail: {
      events,
      baselineEvents: smallEvents,
      rounds,
      sequentialScans: scans,
      queries: Object.fromEntries(
        figures.map(({ name, smallMs, largeMs, ratio, indexes }) => [
          name,
          { smallMs: rounded(smallMs), largeMs: rounded(largeMs), ratio: rounded(ratio), indexes },
        ]),
      ),
    },
  };
}
