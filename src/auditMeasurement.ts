import type { Logger } from "pino";
import { openSandbox } from "./adapters/sandbox/openSandbox.ts";
import { composeWorker } from "./app.ts";
import type { Environment } from "./config/environment.ts";
import type { Run } from "./domain/run.ts";
import { measureAuditor, planMeasure, quoteOf } from "./jobs/measureAuditor.ts";
import type { MeasureWatch, PlannedAudit } from "./jobs/measureAuditor.ts";
import { goodDiffsOf } from "./jobs/shadowAudit.ts";
import type { Store } from "./store/store.ts";

export interface MeasureChoice {
  readonly samples: number;
  readonly seed: number;
  /** An agent by its key in the configuration. Absent: the Auditor that each phase would have. */
  readonly agent?: string;
}

export interface AuditMeasurement {
  /** What would be done with the diffs of these runs. `atMostUsd`: by the caps of an attempt; null without one. */
  plan(
    runs: readonly Run[],
    choice: MeasureChoice,
  ): Promise<{ readonly audits: readonly PlannedAudit[]; readonly atMostUsd: number | null }>;
  measure(audits: readonly PlannedAudit[], watch: MeasureWatch): Promise<void>;
  close(): Promise<void>;
}

/** Composes what measuring Auditors needs: what a worker has, without one at work. */
export async function openAuditMeasurement({
  environment,
  ...parts
}: {
  readonly environment: Environment;
  readonly store: Store;
  readonly databaseUrl: string;
  readonly log: Logger;
}): Promise<AuditMeasurement> {
  const { credentials, github, policy, models, dataDir } = environment;
  if (credentials.kind === "setup")
    throw new Error("reading the repository needs the App's credentials: set APP_ID and PRIVATE_KEY");
  const sandbox = await openSandbox({ wish: environment.sandbox });
  const app = { ...credentials, ...github };
  const { deps, drain, close } = await composeWorker({ ...parts, github: app, sandbox, policy, models, dataDir });
  return {
    plan: async (runs, choice) => {
      const diffs = [];
      for (const run of runs) diffs.push(...(await goodDiffsOf(run, choice.agent ?? null, deps)));
      const audits = planMeasure(diffs, choice);
      return { audits, atMostUsd: quoteOf(audits) };
    },
    measure: async (audits, watch) => measureAuditor(audits, deps, watch),
    close: async () => {
      drain();
      await close();
    },
  };
}
