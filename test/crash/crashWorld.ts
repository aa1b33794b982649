import { mkdtemp, rm } from "node:fs/promises";
import { NO_POLICY } from "../../src/domain/strategy/overrides.ts";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { openSandbox } from "../../src/adapters/sandbox/openSandbox.ts";
import { composeWorker } from "../../src/app.ts";
import type { GitHubApp } from "../../src/app.ts";
import { INTENT_KINDS } from "../../src/domain/intent.ts";
import type { RunStateKind } from "../../src/domain/run.ts";
import { openStepper } from "../harness/stepper.ts";
import { openWorld } from "../harness/world.ts";
import type { NewIssue, World } from "../harness/world.ts";
import { quickConfig } from "./quickConfig.ts";
import type { WorkerOrder } from "./worker.ts";
import { startWorkerProcess } from "./workerProcess.ts";
import type { WorkerProcess } from "./workerProcess.ts";

/** How long a story may take before the test says where it stands, in milliseconds. */
const PATIENCE_MS = 240_000;

/** How often a test looks whether everything has settled, in milliseconds. */
const LOOK_MS = 200;

/** A world whose workers are processes of their own, sharing one data folder as on one machine. */
export interface CrashWorld extends World {
  readonly dataDir: string;
  /** Opens and labels an issue of one phase or two, or with that plan, and gives its number. */
  begin(plan?: 1 | 2 | NewIssue): Promise<number>;
  startWorker(halt?: WorkerOrder["halt"]): WorkerProcess;
  /** Resolves when the issue's run has ended (or is in `state`) and no job is left; rejects when that does not happen. */
  ended(issue: number, state?: RunStateKind): Promise<void>;
  close(): Promise<void>;
}

/** `concurrency`: attempts and checks side by side in each of its workers. */
export async function openCrashWorld(
  config: object = quickConfig({ revisions: 1 }),
  concurrency = 1,
): Promise<CrashWorld> {
  const world = await openWorld({ config });
  const dataDir = await mkdtemp(join(tmpdir(), "autopack-crash-"));
  const workers: WorkerProcess[] = [];
  const closing = new AbortController();
  const looks: Promise<void>[] = [];
  return {
    ...world,
    dataDir,
    async begin(plan = 1) {
      if (typeof plan === "object") return world.labelIssue("autopack", plan);
      const tasks = ["- [ ] Name the world", "- [ ] Greet it by name"].slice(0, plan);
      return world.labelIssue("autopack", { body: `${tasks.join("\n")}\n` });
    },
    startWorker(halt = null) {
      const order = { databaseUrl: world.store.url, dataDir, github: appOf(world), concurrency, halt };
      const worker = startWorkerProcess(order);
      workers.push(worker);
      return worker;
    },
    async ended(this: CrashWorld, issue, state) {
      const look = untilEnded(this, { issue, state, signal: closing.signal });
      looks.push(look);
      await look;
    },
    async close() {
      closing.abort();
      await Promise.allSettled(looks);
      for (const worker of workers) worker.signal("SIGKILL");
      await Promise.all(workers.map(async ({ exited }) => exited));
      await world.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function appOf({ github }: Pick<World, "github">): GitHubApp {
  const { id, privateKey, webhookSecret } = github.app;
  return {
    appId: id,
    privateKey,
    webhookSecret,
    apiUrl: `${github.origin}/api/v3`,
    webUrl: github.origin,
  };
}

/**
 * Gives back what workers that have died had in hand, as the supervision of the queues does once their heartbeats are missing.
 * To be taken again at once.
 */
export async function giveBack({ store }: CrashWorld): Promise<void> {
  for (const kind of INTENT_KINDS) {
    const { rows } = await store.knex.raw<{ rows: { id: string }[] }>(
      "select id from pgboss.job where name = ? and state = 'active'",
      [kind],
    );
    for (const { id } of rows) await store.boss.fail(kind, id, { message: "heartbeat timed out" });
  }
  await store.knex.raw("update pgboss.job set start_after = now() where state = 'retry'");
}

/** Goes on in this process after every worker has died: what they had in hand is given back, and everything is worked off. */
export async function takeOver(world: CrashWorld): Promise<void> {
  const { store } = world;
  await giveBack(world);
  const worker = await composeWorker({
    store,
    databaseUrl: store.url,
    github: appOf(world),
    sandbox: await openSandbox(),
    policy: NO_POLICY,
    dataDir: world.dataDir,
    log: pino({ level: process.env["TEST_LOG"] ?? "silent" }),
  });
  try {
    const stepper = openStepper(worker.deps, async () => world.github.settled());
    await stepper.drain();
    const failures = stepper.takeFailures();
    if (failures.length > 0)
      throw new AggregateError(failures, `a job failed after the restart: ${String(failures[0])}`, {
        cause: failures[0],
      });
  } finally {
    worker.drain();
    await worker.close();
  }
}

interface Rest {
  readonly issue: number;
  readonly state: RunStateKind | undefined;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
}

async function untilEnded(world: World, rest: Rest): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const where = await standing(world, rest);
    if (where === "ended" || rest.signal.aborted) return;
    if (performance.now() > deadline) throw new Error(`after ${PATIENCE_MS / 1000} s still: ${where}`);
    await delay(LOOK_MS);
  }
}

/** `ended`, or where things stand. */
async function standing(world: World, { issue, state }: Rest): Promise<string> {
  const { github, store } = world;
  await github.settled();
  try {
    const { rows } = await store.knex.raw<{ rows: { job: string }[] }>(
      "select name || ' ' || state as job from pgboss.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%'",
    );
    const jobs = rows.map(({ job }) => job).join(", ");
    const { rows: runs } = await store.knex.raw<{ rows: unknown[] }>("select from runs limit 1");
    if (runs.length === 0) return `no run, ${jobs}`;
    const { kind } = (await world.run(issue)).state;
    const isThere = state === undefined ? FINAL.has(kind) : kind === state;
    return isThere && jobs === "" ? "ended" : `${kind}, ${jobs}`;
  } catch (error) {
    return `the database does not answer: ${String(error)}`;
  }
}

const FINAL: ReadonlySet<RunStateKind> = new Set(["promoted", "no_changes", "cancelled", "failed"]);
