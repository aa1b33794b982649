import { Command } from "commander";
import { connect } from "../store/connect.ts";
import { listWorkers } from "../store/workers.ts";
import type { ListedAttempt, ListedWorker } from "../store/workers.ts";
import { loadEnvironment, openLog } from "./settings.ts";

/** Lists the workers of this database, what each is doing, and whose heartbeat is missing. */
export function workersCommand(): Command {
  return new Command("workers")
    .description("list the workers, their heartbeats and what they are doing")
    .option("--json", "print them as JSON")
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const environment = loadEnvironment();
      const { openDatabase } = await import("../main.ts");
      const database = await openDatabase(environment, openLog({ ...environment, logLevel: "warn" }));
      const db = connect(database.url, { applicationName: "autopack workers" });
      try {
        const workers = await listWorkers(db);
        process.stdout.write(json ? `${JSON.stringify(workers, null, 2)}\n` : said(workers));
      } finally {
        await db.destroy();
        await database.stop();
      }
    });
}

function said(workers: readonly ListedWorker[]): string {
  if (workers.length === 0) return "no worker has been here within the last day\n";
  return workers.map((worker) => [workerLine(worker), ...worker.attempts.map(attemptLine)].join("")).join("");
}

function workerLine({ id, state, stale, heartbeatAgeSeconds, version, rssBytes, cpuPercent }: ListedWorker): string {
  const mark = stale ? "✗" : { up: "✓", draining: "!", gone: "–" }[state];
  const words = stale ? `${state}, but STALE` : state;
  const measures = state === "gone" ? "" : `, ${mebibytes(rssBytes)}, CPU ${Math.round(cpuPercent)} %`;
  return `${mark} ${id} (${version}): ${words}, heartbeat ${heartbeatAgeSeconds} s ago${measures}\n`;
}

function attemptLine({ id, role, progressPercent, memoryBytes, cpuPercent }: ListedAttempt): string {
  const known = [
    progressPercent === null ? null : `${progressPercent} % of its time`,
    memoryBytes === null ? null : mebibytes(memoryBytes),
    cpuPercent === null ? null : `CPU ${Math.round(cpuPercent)} %`,
  ].filter((figure) => figure !== null);
  return `    ${id} ${role}${known.map((figure) => `, ${figure}`).join("")}\n`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}
