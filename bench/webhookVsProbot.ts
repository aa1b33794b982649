import { migrations } from "../migrations/index.ts";
import { connect } from "../src/store/connect.ts";
import { migrate } from "../src/store/migrate.ts";
import { commandOf, rounded, withDatabase } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { webhookRate } from "./webhookRate.ts";

const id = "webhook_vs_probot";
const leastRatio = 0.5;

/** The same flood of webhooks on Probot's own middleware, whose handler does nothing and which keeps nothing. */
export const webhookVsProbot: Bench = { id, run: async () => withDatabase(measure) };

async function measure(url: string): Promise<Result> {
  const db = connect(url);
  await migrate(db, migrations);
  await db.destroy();
  const before = await webhookRate({ kind: "probot" });
  const ours = await webhookRate({ kind: "autopack", databaseUrl: url });
  const after = await webhookRate({ kind: "probot" });
  const baseline = (before.rate + after.rate) / 2;
  const ratio = ours.rate / baseline;
  return {
    value: Math.round(ours.rate),
    unit: "webhooks/s",
    baseline: Math.round(baseline),
    ratio: rounded(ratio),
    bar: `ratio ≥ ${leastRatio}`,
    ok: ratio >= leastRatio,
    command: commandOf(id),
    detail: { p99Ms: rounded(ours.p99Ms), baselineP99Ms: rounded((before.p99Ms + after.p99Ms) / 2) },
  };
}
