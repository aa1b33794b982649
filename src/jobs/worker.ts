import type { JobResult } from "pg-boss";
import { INTENT_KINDS } from "../domain/intent.ts";
import type { Intent, IntentKind } from "../domain/intent.ts";
import { DEAD_LETTERS } from "../store/queue.ts";
import { buryJob } from "./buryJob.ts";
import type { JobDeps } from "./handler.ts";
import { runJob } from "./runJob.ts";
import { startLiveness } from "./sweeps/startLiveness.ts";
import type { Liveness } from "./sweeps/startLiveness.ts";
import type { RetentionLimits } from "../store/retentionRules.ts";

/** Seconds between looks at a queue, should an announcement be missed or a retry fall due. */
const POLL_SECONDS = 0.5;

/** Jobs of quick kinds side by side in one worker. */
const QUICK_JOBS = 2;

export interface WorkerOptions {
  /** Attempts and command runs side by side in this process. */
  readonly concurrency: number;
  readonly version: string;
  readonly retention: RetentionLimits;
}

/** Takes jobs until it is stopped. The caller drains: what runs then is cancelled through `deps.whileWanted`. */
export async function startWorker(deps: JobDeps, options: WorkerOptions): Promise<Liveness> {
  const liveness = await startLiveness(deps, deps.attempts, options);
  await Promise.all(
    INTENT_KINDS.map(async (kind) => work(kind, isLong(kind) ? options.concurrency : QUICK_JOBS, deps)),
  );
  const withMetadata = {
    includeMetadata: true,
    notifyPollingIntervalSeconds: POLL_SECONDS,
    pollingIntervalSeconds: POLL_SECONDS,
  } as const;
  await deps.store.boss.work<Intent, void, typeof withMetadata>(DEAD_LETTERS, withMetadata, async (jobs) => {
    for (const job of jobs) await buryJob(job.data, reasonOf(job.sourceOutput), deps);
  });
  return liveness;
}

function isLong(kind: IntentKind): boolean {
  const long: readonly IntentKind[] = [
    "plan_run",
    "build_phase",
    "audit_phase",
    "investigate_phase",
    "check_phase",
    "verify_run",
  ];
  return long.includes(kind);
}

async function work(kind: IntentKind, concurrency: number, deps: JobDeps): Promise<void> {
  const options = {
    perJobResults: true,
    localConcurrency: concurrency,
    notifyPollingIntervalSeconds: POLL_SECONDS,
    pollingIntervalSeconds: POLL_SECONDS,
  } as const;
  const workerId = await deps.store.boss.work<Intent, unknown, typeof options>(
    kind,
    options,
    async (jobs): Promise<JobResult[]> => {
      const results = await Promise.all(jobs.map(async (job) => result(job.id, job.data, deps)));
      // More may be waiting: look at once instead of after the next poll.
      deps.store.boss.notifyWorker(workerId);
      return results;
    },
  );
}

async function result(id: string, intent: Intent, deps: JobDeps): Promise<JobResult> {
  const outcome = await runJob(intent, deps);
  switch (outcome.kind) {
    case "done":
    case "postponed":
      return { id, status: "completed" };
    case "failed":
      return { id, status: outcome.retry ? "failed" : "deadletter", output: { message: messageOf(outcome.error) } };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reasonOf(output: object | null): string {
  const message = output !== null && "message" in output ? output.message : null;
  return typeof message === "string" ? message : "the worker was lost again and again";
}
