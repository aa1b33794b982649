import type { Knex } from "knex";
import { migrations } from "../migrations/index.ts";
import { connect } from "../src/store/connect.ts";
import { migrate } from "../src/store/migrate.ts";
import { commandOf, rounded, withDatabase } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { insertRate } from "./insertRate.ts";
import type { InsertRate } from "./insertRate.ts";
import type { LoadReport } from "./webhookLoad.ts";
import { webhookPayload } from "./webhookPayload.ts";
import { connections, webhookRate } from "./webhookRate.ts";

const id = "webhook_accept";
const leastRatio = 0.7;
const p99BelowMs = 50;

/**
 * Webhooks accepted durably (verified, stored, enqueued, committed, 202), against what PostgreSQL alone can do: single-row
 * inserts of the same payload into a table like `deliveries`, one commit each, on the same server with as many connections.
 */
export const webhookAccept: Bench = { id, run: async () => withDatabase(measure) };

async function measure(url: string): Promise<Result> {
  const db = connect(url);
  try {
    await migrate(db, migrations);
    await db.raw(
      "create table bench_rows (like deliveries including all); alter table bench_rows drop constraint deliveries_encoding, drop column encoding, alter column payload type json using null, alter column payload set storage extended",
    );
    const load = { url, table: "bench_rows", payload: webhookPayload(), connections, seconds: 5 };
    const before = await insertRate(load);
    const ours = await webhookRate({ kind: "autopack", databaseUrl: url });
    const after = await insertRate(load);
    const bare = await insertRate({ ...load, payload: "{}" });
    return toResult({ ours, before, after, bare }, await checkDurable(db));
  } finally {
    await db.destroy();
  }
}

/** Nothing counts that is not there: as many jobs as deliveries. */
async function checkDurable(db: Knex): Promise<number> {
  const count = "select (select count(*) from deliveries) as stored, (select count(*) from pgboss.job) as enqueued";
  const { rows } = await db.raw<{ rows: { stored: number; enqueued: number }[] }>(count);
  const [{ stored, enqueued } = { stored: 0, enqueued: 0 }] = rows;
  if (stored === 0 || stored !== enqueued) throw new Error(`${stored} webhooks were stored, but ${enqueued} enqueued`);
  return stored;
}

function toResult(
  rates: { readonly ours: LoadReport } & Readonly<Record<"before" | "after" | "bare", InsertRate>>,
  stored: number,
): Result {
  const { ours, before, after, bare } = rates;
  const baseline = (before.rate + after.rate) / 2;
  const ratio = ours.rate / baseline;
  return {
    value: Math.round(ours.rate),
    unit: "webhooks/s",
    baseline: Math.round(baseline),
    ratio: rounded(ratio),
    bar: `ratio ≥ ${leastRatio}, p99 < ${p99BelowMs} ms`,
    ok: ratio >= leastRatio && ours.p99Ms < p99BelowMs,
    command: commandOf(id),
    detail: {
      p50Ms: rounded(ours.p50Ms),
      p99Ms: rounded(ours.p99Ms),
      baselineBy: before.by,
      baselines: [Math.round(before.rate), Math.round(after.rate)],
      baselineWithEmptyPayload: Math.round(bare.rate),
      payloadBytes: Buffer.byteLength(webhookPayload()),
      stored,
    },
  };
}
