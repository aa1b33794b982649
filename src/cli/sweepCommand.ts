import { Command } from "commander";
import type { Environment } from "../config/environment.ts";
import { connect } from "../store/connect.ts";
import { countDue, sweepRetention } from "../store/retention.ts";
import type { RetentionCounts } from "../store/retention.ts";
import { RETENTION_KINDS } from "../store/retentionRules.ts";
import type { RetentionKind } from "../store/retentionRules.ts";
import { loadEnvironment, openLog } from "./settings.ts";

const WORDS: Readonly<Record<RetentionKind, string>> = {
  heartbeats: "heartbeats",
  workers: "workers that are gone",
  deliveries: "webhook deliveries",
  live_output: "pieces of live output",
  artifacts: "artifacts",
  branches: "branches of runs that ended without landing",
};

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Deletes what was kept long enough. Workers do so by themselves, every hour. */
export function sweepCommand(): Command {
  return new Command("sweep")
    .description("delete what was kept long enough; workers do it every hour")
    .option("--dry-run", "only say what would be deleted")
    .option("--json", "print the numbers as JSON")
    .action(async ({ dryRun = false, json = false }: Options) => {
      const environment = loadEnvironment();
      const { openDatabase } = await import("../main.ts");
      const database = await openDatabase(environment, openLog({ ...environment, logLevel: "warn" }));
      try {
        const counts = await (dryRun ? count : sweep)(database.url, environment);
        process.stdout.write(json ? `${JSON.stringify(counts)}\n` : said(counts, dryRun));
      } finally {
        await database.stop();
      }
    });
}

async function count(url: string, { retention }: Environment): Promise<RetentionCounts> {
  const db = connect(url, { applicationName: "autopack sweep" });
  try {
    return await countDue(db, retention);
  } finally {
    await db.destroy();
  }
}

async function sweep(url: string, { retention }: Environment): Promise<RetentionCounts> {
  const { openStore } = await import("../app.ts");
  const store = await openStore(url, { worker: false });
  try {
    const counts = await sweepRetention(store, retention);
    if (counts === null)
      throw new Error("a worker is sweeping right now; there is nothing left to do for this command");
    return counts;
  } finally {
    await store.close();
  }
}

function said(counts: RetentionCounts, dryRun: boolean): string {
  const lines = RETENTION_KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${WORDS[kind]}`);
  if (lines.length === 0) return "nothing to delete\n";
  return `${dryRun ? "would delete" : "deleted"}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
