import type { RunId } from "../domain/ids.ts";
import { runReport } from "../projections/runReport.ts";
import { historyLine } from "../projections/runReportHistory.ts";
import { runReportText } from "../projections/runReportText.ts";
import { CHANGES_CHANNEL, listenToChanges } from "../store/changes.ts";
import type { RunsDatabase } from "./runsDatabase.ts";
import { readRunFacts } from "./runsFacts.ts";
import { findRunId } from "./runsFind.ts";
import { followEvents } from "./runsFollow.ts";
import { paintOf, printJson, printJsonLine, printLines } from "./runsPrint.ts";

export interface ShowOptions {
  readonly repo?: string;
  readonly events?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** Prints a run; with `--follow`, then its history as it is written. */
export async function showRun(database: RunsDatabase, typed: string, options: ShowOptions): Promise<void> {
  const id = await findRunId(database.knex, typed, options.repo);
  if (options.follow === true) return showAndFollow(database, id, options.json === true);
  const report = runReport(await readRunFacts(database.knex, id, { events: options.events === true }));
  if (options.json === true) printJson(report);
  else printLines(runReportText(report, paintOf(process.stdout, process.env)));
}

async function showAndFollow(database: RunsDatabase, id: RunId, json: boolean): Promise<void> {
  const stop = stopOnSignals();
  try {
    const report = runReport(await readRunFacts(database.knex, id, { events: true }));
    if (json) printJsonLine({ run: report });
    else printLines(runReportText(report, paintOf(process.stdout, process.env)));
    await follow(database, id, { after: report.events?.at(-1)?.seq ?? 0, json, signal: stop.signal });
  } finally {
    stop.forget();
  }
}

interface Following {
  readonly after: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

async function follow({ knex, url }: RunsDatabase, id: RunId, { after, json, signal }: Following): Promise<void> {
  const paint = paintOf(process.stdout, process.env);
  const changes = await listenToChanges(url, CHANGES_CHANNEL).catch(() => null);
  try {
    for await (const lines of followEvents(knex, id, { changes, after, signal })) {
      if (json) lines.forEach((event) => printJsonLine({ event }));
      else printLines(lines.map((line) => historyLine(line, paint)));
    }
  } finally {
    await changes?.close();
  }
  if (signal.aborted) return;
  const report = runReport(await readRunFacts(knex, id, { events: false }));
  if (json) printJsonLine({ run: report });
  else printLines(["", `${report.id} is ${report.state}${report.go_on === null ? "" : `; to go on: ${report.go_on}`}`]);
}

/** Ctrl-C ends the looking, which is no failure; the run goes on. A second one ends the process at once. */
export function stopOnSignals(): { readonly signal: AbortSignal; forget(): void } {
  const stopping = new AbortController();
  const onSignal = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, onSignal);
  return {
    signal: stopping.signal,
    forget() {
      for (const name of ["SIGINT", "SIGTERM"]) process.off(name, onSignal);
    },
  };
}
