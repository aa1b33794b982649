import type { Knex } from "knex";
import { PgBoss, fromKnex } from "pg-boss";
import type { Queue, SendOptions } from "pg-boss";
import { INTENT_KINDS } from "../domain/intent.ts";
import type { Intent, IntentKind } from "../domain/intent.ts";
import type { Store } from "./store.ts";

/** Where a job goes that used up its retries; its handler tells the run. */
export const DEAD_LETTERS = "dead_letters";

/** Seconds without a heartbeat after which a job's worker counts as dead: pg-boss's minimum. */
const HEARTBEAT_SECONDS = 10;

/** A job may take a whole attempt with its clean-up; the attempt's own limit is at most 7200 s. */
const EXPIRE_SECONDS = 3 * 3600;

export interface QueuesOptions {
  /** For workers: looks every 2 s for jobs whose worker has died. */
  readonly supervise: boolean;
  readonly poolMax?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Hears what goes wrong in the background; it is tried again by itself. */
  readonly onError?: (error: Error) => void;
}

/** Opens the job queues of a database, and makes those that are missing. */
export async function openQueues(url: string, options: QueuesOptions): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    max: options.poolMax ?? 4,
    application_name: options.applicationName ?? "autopack jobs",
    supervise: options.supervise,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    schedule: false,
    useListenNotify: options.supervise,
  });
  // Without a listener, a database that is away for a moment would end the process.
  boss.on("error", (error) => options.onError?.(error));
  await boss.start();
  await createQueues(boss);
  return boss;
}

async function createQueues(boss: PgBoss): Promise<void> {
  const existing = new Set((await boss.getQueues()).map((queue) => queue.name));
  if (!existing.has(DEAD_LETTERS))
    await boss.createQueue(DEAD_LETTERS, { notify: true, retryLimit: 20, retryDelay: 1, retryBackoff: true });
  const missing = INTENT_KINDS.filter((kind) => !existing.has(kind));
  for (const kind of missing) await boss.createQueue(kind, queueOptions(kind));
}

/** One waiting job a key is enough: it reads the state as it is when it gets its turn. */
const COALESCING: ReadonlySet<IntentKind> = new Set(["project_run", "forecast_conflicts", "await_ci"]);

/** Seconds by which forecasts are put off, so that a burst of moving heads is one, and nobody's work waits for it. */
const FORECAST_SECONDS = 5;

function queueOptions(kind: IntentKind): Omit<Queue, "name"> {
  return {
    policy: COALESCING.has(kind) ? "short" : "standard",
    notify: true,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: EXPIRE_SECONDS,
    retryLimit: 12,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    deadLetter: DEAD_LETTERS,
  };
}

/** Enqueues work in the transaction that calls for it. What waits already, where one is enough, is not doubled. */
export async function enqueue(store: Store, tx: Knex, intent: Intent): Promise<void> {
  await store.boss.send(intent.kind, intent, { db: fromKnex(tx), ...sendOptions(intent) });
}

/** Enqueues a job's own work again, for when GitHub or the database can be asked again. */
export async function postpone(store: Store, intent: Intent, afterSeconds: number): Promise<void> {
  const options = { ...sendOptions(intent), startAfter: afterSeconds };
  await store.boss.send(intent.kind, intent, { db: fromKnex(store.knex), ...options });
}

function sendOptions(intent: Intent): SendOptions {
  if (intent.kind === "project_run") return { singletonKey: intent.runId };
  if (intent.kind === "forecast_conflicts")
    return { singletonKey: String(intent.repositoryId), startAfter: FORECAST_SECONDS };
  const startAfter = "afterSeconds" in intent ? (intent.afterSeconds ?? 0) : 0;
  // The next look that falls due, and one because of news, which does not wait for it.
  if (intent.kind === "await_ci")
    return { singletonKey: `${intent.runId}/${startAfter > 0 ? "due" : "news"}`, startAfter };
  return startAfter > 0 ? { startAfter } : {};
}
