import { Command } from "commander";
import type { WebhookSweep } from "../app.ts";
import type { Environment } from "../config/environment.ts";
import { connect } from "../store/connect.ts";
import { countDue, sweepRetention } from "../store/retention.ts";
import type { RetentionCounts } from "../store/retention.ts";
import { RETENTION_KINDS } from "../store/retentionRules.ts";
import type { RetentionKind } from "../store/retentionRules.ts";
import type { Store } from "../store/store.ts";
import { loadEnvironment, openLog } from "./settings.ts";

const WORDS: Readonly<Record<RetentionKind, string>> = {
  heartbeats: "heartbeats",
  workers: "workers that are gone",
  deliveries: "webhook deliveries",
  gaps: "gaps in the webhooks that were closed",
  live_output: "pieces of live output",
  attempt_events: "events of attempts",
  artifacts: "artifacts",
  branches: "branches of runs that ended without landing",
};

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Deletes what was kept long enough, and looks for webhooks that did not come. Workers do both by themselves. */
export function sweepCommand(): Command {
  return new Command("sweep")
    .description(
      "delete what was kept long enough, and look for webhooks that did not come; workers do both by themselves",
    )
    .option("--dry-run", "only say what would be deleted, and ask GitHub nothing")
    .option("--json", "print the numbers as JSON")
    .action(async ({ dryRun = false, json = false }: Options) => {
      const environment = loadEnvironment();
      const { openDatabase } = await import("../main.ts");
      const database = await openDatabase(environment, openLog({ ...environment, logLevel: "warn" }));
      try {
        const { counts, webhooks } = await (dryRun ? count : sweep)(database.url, environment);
        const text = `${said(counts, dryRun)}${webhooks === null ? "" : saidOfWebhooks(webhooks)}`;
        process.stdout.write(json ? `${JSON.stringify({ ...counts, webhooks })}\n` : text);
      } finally {
        await database.stop();
      }
    });
}

interface Swept {
  readonly counts: RetentionCounts;
  /** Null where GitHub was not asked: in a dry run, and without the App's credentials. */
  readonly webhooks: WebhookSweep | null;
}

async function count(url: string, { retention }: Environment): Promise<Swept> {
  const db = connect(url, { applicationName: "autopack sweep" });
  try {
    return { counts: await countDue(db, retention), webhooks: null };
  } finally {
    await db.destroy();
  }
}

async function sweep(url: string, environment: Environment): Promise<Swept> {
  const { openStore } = await import("../app.ts");
  const store = await openStore(url, { worker: false });
  try {
    const counts = await sweepRetention(store, environment.retention);
    if (counts === null)
      throw new Error("a worker is sweeping right now; there is nothing left to do for this command");
    return { counts, webhooks: await webhooksOf(store, environment) };
  } finally {
    await store.close();
  }
}

async function webhooksOf(store: Store, environment: Environment): Promise<WebhookSweep | null> {
  const { credentials, dataDir } = environment;
  if (credentials.kind === "setup") return null;
  const { sweepWebhooks } = await import("../app.ts");
  const github = { ...credentials, ...environment.github };
  return sweepWebhooks({ store, github, dataDir, log: openLog({ ...environment, logLevel: "error" }) });
}

function said(counts: RetentionCounts, dryRun: boolean): string {
  const lines = RETENTION_KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${WORDS[kind]}`);
  if (lines.length === 0) return "nothing to delete\n";
  return `${dryRun ? "would delete" : "deleted"}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function saidOfWebhooks({ deliveries, state }: WebhookSweep): string {
  const busy = "a worker is looking right now";
  const log = deliveries === null ? busy : `${deliveries.missing} missing, ${deliveries.requested} asked for again`;
  const failed = state === null || state.failed === 0 ? "" : `, ${state.failed} could not be looked at`;
  const shown = state === null ? busy : `${state.news} missed in ${state.repositories} repositories${failed}`;
  return `webhooks in GitHub's log: ${log}\nnews in what GitHub shows: ${shown}\n`;
}
