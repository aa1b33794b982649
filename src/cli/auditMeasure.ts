import type { Run } from "../domain/run.ts";
import { fullName } from "../domain/repository.ts";
import { auditorRatesTable } from "../projections/auditorRatesTable.ts";
import { measuredAuditors } from "../store/auditMeasures.ts";
import { listRuns } from "../store/historyRuns.ts";
import { getRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import type { Environment } from "../config/environment.ts";
import { findRunId, getRepositoryId } from "./runsFind.ts";
import { paintOf, printJson, printLines } from "./runsPrint.ts";
import { stopOnSignals } from "./runsShow.ts";
import { loadEnvironment, openLog } from "./settings.ts";

export interface MeasureOptions {
  readonly repo: string;
  readonly run?: string;
  readonly agent?: string;
  readonly samples: number;
  readonly seed: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Promoted runs whose diffs are taken, the newest first. */
const MAX_RUNS = 10;

/** Measures the Auditors of a repository. Without `--yes` only what it would do, and the most it can cost, is shown. */
export async function measure(options: MeasureOptions): Promise<void> {
  const environment = loadEnvironment();
  const { openDatabase } = await import("../main.ts");
  const database = await openDatabase(environment, openLog({ ...environment, logLevel: "error" }));
  try {
    const { openStore } = await import("../app.ts");
    const store = await openStore(database.url, { worker: false });
    try {
      await measureIn(options, { store, databaseUrl: database.url, environment });
    } finally {
      await store.close();
    }
  } finally {
    await database.stop();
  }
}

interface Means {
  readonly store: Store;
  readonly databaseUrl: string;
  readonly environment: Environment;
}

async function measureIn(options: MeasureOptions, means: Means): Promise<void> {
  const { openAuditMeasurement } = await import("../main.ts");
  const runs = await runsFor(options, means.store);
  const log = openLog({ ...means.environment, logLevel: "warn" });
  const measurement = await openAuditMeasurement({ ...means, log });
  const stop = stopOnSignals();
  try {
    const { audits, atMostUsd } = await measurement.plan(runs, options);
    const seeded = audits.filter(({ mutation }) => mutation !== null).length;
    if (seeded === 0) throw new Error(nothingFor(options));
    process.stderr.write(`${quote(seeded, audits.length - seeded, atMostUsd)}\n`);
    if (options.dryRun === true || options.yes !== true) {
      process.stderr.write("Nothing was started. Add --yes to do it.\n");
      return;
    }
    await measurement.measure(audits, {
      seed: options.seed,
      signal: stop.signal,
      onSample: (number, outcome) =>
        process.stderr.write(`${number} of ${audits.length}: ${outcome.replaceAll("_", " ")}\n`),
    });
    const rates = await measuredAuditors(means.store.knex, options.repo);
    if (options.json === true) printJson(rates);
    else printLines(auditorRatesTable(rates, paintOf(process.stdout, process.env)));
  } finally {
    stop.forget();
    await measurement.close();
  }
}

function nothingFor({ repo, agent }: MeasureOptions): string {
  const found = `no promoted run of ${repo} has a diff that a defect can be put into`;
  return agent === undefined
    ? found
    : `${found}, with an agent ${agent} in its configuration that Autopack starts itself`;
}

function quote(seeded: number, controls: number, most: number | null): string {
  const audits = `Diffs to be audited: ${seeded} with a defect, ${controls} without one`;
  return most === null
    ? `${audits}; an attempt's cost has no cap, so there is no limit to what they cost.`
    : `${audits}; they cost $${most.toFixed(2)} at most.`;
}

async function runsFor({ repo, run }: MeasureOptions, { knex }: Store): Promise<readonly Run[]> {
  const repositoryId = await getRepositoryId(knex, repo);
  if (run === undefined) {
    const listed = await listRuns(knex, { repositoryId, state: "promoted", limit: MAX_RUNS });
    return Promise.all(listed.map(async ({ id }) => getRun(knex, id)));
  }
  const found = await getRun(knex, await findRunId(knex, run, repo));
  if (fullName(found.repository) !== repo || found.state.kind !== "promoted")
    throw new Error(`${found.id} is no promoted run of ${repo}: only what was promoted is taken for good`);
  return [found];
}
