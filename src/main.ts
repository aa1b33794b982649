import { join } from "node:path";
import type { Logger } from "pino";
import { migrations } from "../migrations/index.ts";
import { openSandbox, UNSANDBOXED_WARNING } from "./adapters/sandbox/openSandbox.ts";
import { composeWorker, openStore } from "./app.ts";
import type { GitHubApp, WorkerSide } from "./app.ts";
import type { Environment } from "./config/environment.ts";
import { startWorker } from "./jobs/worker.ts";
import { version } from "./cli/version.ts";
import type { Liveness } from "./jobs/sweeps/startLiveness.ts";
import { pendingMigrations } from "./store/migrate.ts";
import { startEmbedded } from "./store/postgres/startEmbedded.ts";
import type { Store } from "./store/store.ts";
import { createWeb } from "./web/createWeb.ts";
import { serve } from "./web/serve.ts";
import { startSetup } from "./web/startSetup.ts";
import type { SetupServer } from "./web/startSetup.ts";
import type { WebServer } from "./web/serve.ts";
import { followProxy } from "./web/followProxy.ts";

export { openAuditMeasurement } from "./auditMeasurement.ts";

/** How long running attempts may take to end when a process is asked to stop, in milliseconds. */
const DRAIN_MS = 10_000;

export interface Running {
  /** Where the web side listens; null without one. */
  readonly url: string | null;
  /** Takes no more work, gives back what runs, and closes everything. */
  stop(): Promise<void>;
}

/** The database to use: the one named by `DATABASE_URL`, or the PostgreSQL that comes with Autopack. */
export async function openDatabase(
  environment: Environment,
  log: Logger,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  if (environment.databaseUrl !== undefined) return { url: environment.databaseUrl, stop: async () => undefined };
  const server = await startEmbedded({ dataDir: join(environment.dataDir, "postgres") });
  log.info({ place: server.place, attached: server.attached }, "embedded PostgreSQL is up");
  // Whoever found it running leaves it running: it is somebody else's to stop.
  return { url: server.url, stop: async () => (server.attached ? undefined : server.stop()) };
}

/** Starts the web side, the worker side, or both in one process. */
export async function start(
  { environment, github, log }: { readonly environment: Environment; readonly github: GitHubApp; readonly log: Logger },
  sides: { readonly web: boolean; readonly worker: boolean },
): Promise<Running> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
  };
  try {
    const database = await openDatabase(environment, log);
    closers.push(async () => database.stop());
    const poolMax = 10 + 3 * environment.workerConcurrency;
    const store = await openStore(database.url, { worker: sides.worker, poolMax, log });
    closers.push(async () => store.close());
    if (sides.worker) {
      const worker = await openWorker({ environment, github, log, store, databaseUrl: database.url });
      closers.push(async () => stopWorker(store, worker));
    }
    const web = sides.web ? await openWeb({ environment, github, log, store }) : null;
    if (web !== null) closers.push(async () => web.close());
    return { url: web?.url ?? null, stop };
  } catch (error) {
    // A later part did not come up: nothing of the earlier ones may be left behind.
    await stop();
    throw error;
  }
}

/** Serves the page that registers the GitHub App, for a start without credentials. */
export async function startSetupPage(environment: Environment, log: Logger): Promise<SetupServer> {
  const { host, port } = environment;
  return startSetup({ host, port, log });
}

interface Parts {
  readonly environment: Environment;
  readonly github: GitHubApp;
  readonly log: Logger;
  readonly store: Store;
}

async function openWorker({
  environment,
  github,
  log,
  store,
  databaseUrl,
}: Parts & { readonly databaseUrl: string }): Promise<WorkerSide & { readonly liveness: Liveness }> {
  const sandbox = await openSandbox({ wish: environment.sandbox, docker: environment.docker });
  if (sandbox.isolation === "unsandboxed") log.warn(UNSANDBOXED_WARNING);
  for (const note of sandbox.describe().notes) log.warn({ note }, "the sandbox is weaker than it could be");
  const worker = await composeWorker({
    store,
    databaseUrl,
    github,
    sandbox,
    policy: environment.policy,
    models: environment.models,
    egress: environment.egress,
    dataDir: environment.dataDir,
    log,
  });
  const liveness = await startWorker(worker.deps, {
    concurrency: environment.workerConcurrency,
    version: version(),
    retention: environment.retention,
  });
  log.info(
    { worker: worker.deps.workerId, concurrency: environment.workerConcurrency, isolation: sandbox.isolation },
    "worker is up",
  );
  return { ...worker, liveness };
}

async function stopWorker(store: Store, worker: WorkerSide & { readonly liveness: Liveness }): Promise<void> {
  worker.drain();
  worker.liveness.drain();
  await store.boss.stop({ graceful: true, timeout: DRAIN_MS, close: false });
  await worker.liveness.stop();
  await worker.close();
}

async function openWeb({ environment, github, log, store }: Parts): Promise<WebServer & { close(): Promise<void> }> {
  const { host, port, webhookPath, apiToken: token } = environment;
  const secrets = [github.webhookSecret, github.privateKey];
  const web = createWeb({
    store,
    secret: github.webhookSecret,
    webhookPath,
    ...(token === undefined ? {} : { api: { token, webUrl: github.webUrl, secrets } }),
    pendingMigrations: async () => pendingMigrations(store.knex, migrations),
    log,
  });
  const server = await serve(web, { host, port });
  log.info({ url: server.url }, "web is up");
  if (token === undefined) log.debug("the HTTP API is off: AUTOPACK_API_TOKEN is not set");
  if (environment.webhookProxyUrl === undefined) return server;
  const proxy = followProxy({
    source: environment.webhookProxyUrl,
    target: `${server.url}${environment.webhookPath}`,
    log,
  });
  return {
    ...server,
    close: async () => {
      proxy.close();
      await server.close();
    },
  };
}
