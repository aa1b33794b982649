import { mkdtemp, readFile, rm } from "node:fs/promises";
import { NO_POLICY } from "../../src/domain/strategy/overrides.ts";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { describe, test, vi } from "vitest";
import { openSandbox } from "../../src/adapters/sandbox/openSandbox.ts";
import { composeWorker, openStore } from "../../src/app.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { startEmbedded } from "../../src/store/postgres/startEmbedded.ts";
import type { EmbeddedServer } from "../../src/store/postgres/startEmbedded.ts";
import { findRunOfIssue } from "../../src/store/runs.ts";
import { createWeb } from "../../src/web/createWeb.ts";
import { serve } from "../../src/web/serve.ts";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { appOf, openCrashWorld } from "./crashWorld.ts";
import type { CrashWorld } from "./crashWorld.ts";
import { interruptible } from "./interruptible.ts";
import type { OnEffect } from "./interruptible.ts";
import { quickConfig } from "./quickConfig.ts";

/** Moments of a run: in an attempt, between a change of state and the end of its job, and with something half shown. */
const MOMENTS = [
  "forge.createComment",
  "agent.start builder",
  "sandbox.run",
  "advance audit_finished",
  "git.push",
  "forge.mergePull",
] as const;

// Nearly all the time they wait for heartbeats that were missed while the server was away.
vi.setConfig({ maxConcurrency: MOMENTS.length + 1, testTimeout: 300_000 });

/** What is lost by a kill is the server's memory, not the machine's: no sync is needed, but that a commit is written out is. */
const SETTINGS = { fsync: "off", full_page_writes: "off" } as const;

const WEBHOOKS = "/api/github/webhooks";

/** A server of a test's own, at an address that it keeps. */
interface Server {
  readonly url: string;
  /** Kills it and all its connections at once, and starts it again. */
  cutPower(): Promise<void>;
}

type Cleanup = (work: () => Promise<void>) => void;

async function startServer(onTestFinished: Cleanup): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), "autopack-power-"));
  let server: EmbeddedServer = await startEmbedded({ dataDir, settings: SETTINGS });
  onTestFinished(async () => {
    await server.stop();
    await rm(server.place, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  });
  const port = Number(new URL(server.url).port);
  return {
    url: server.url,
    async cutPower() {
      const [pid] = (await readFile(join(server.place, "data", "postmaster.pid"), "utf8")).split("\n");
      process.kill(Number(pid), "SIGKILL");
      server = await startEmbedded({ dataDir, port, settings: SETTINGS });
    },
  };
}

/** Both sides of the app in this process, on that server: an error nobody handles fails the test run. */
async function startApp(
  world: CrashWorld,
  { server, onEffect, onTestFinished }: { server: Server; onEffect: OnEffect; onTestFinished: Cleanup },
): Promise<CrashWorld> {
  const log = pino({ level: process.env["TEST_LOG"] ?? "silent" });
  const store = await openStore(server.url, { worker: true, log });
  const { webhookSecret: secret } = world.github.app;
  const web = await serve(createWeb({ store, secret, webhookPath: WEBHOOKS, log }), { host: "127.0.0.1", port: 0 });
  world.github.webhooks.deliverTo(`${web.url}${WEBHOOKS}`);
  const parts = { store, databaseUrl: server.url, github: appOf(world), dataDir: world.dataDir, log };
  const worker = await composeWorker({ ...parts, sandbox: await openSandbox(), policy: NO_POLICY });
  const retention = { heartbeatHours: 24, deliveryDays: 30, branchDays: 30 };
  const liveness = await startWorker(interruptible(worker.deps, onEffect), {
    concurrency: 1,
    version: "0.0.0",
    retention,
  });
  onTestFinished(async () => {
    worker.drain();
    liveness.drain();
    await store.boss.stop({ graceful: true, timeout: 1000, close: false });
    await liveness.stop();
    await worker.close();
    await web.close(0);
    await store.close();
  });
  const run: CrashWorld["run"] = async (number) => {
    const repository = await store.knex<{ id: number }>("repositories").first("id");
    const found = await findRunOfIssue(store.knex, { repositoryId: repository?.id ?? 0, number });
    if (found === null) throw new Error(`issue #${number} has no run`);
    return found;
  };
  return { ...world, store: { ...store, url: server.url, drop: store.close }, run };
}

describe.concurrent("PostgreSQL is killed and comes back; the app goes on without being restarted", () => {
  test.for(MOMENTS)("after %s", async (moment, { expect, onTestFinished }) => {
    const bare = await openCrashWorld(quickConfig());
    onTestFinished(async () => bare.close());
    const server = await startServer(onTestFinished);
    let cuts = 0;
    const onEffect: OnEffect = async (effect) => {
      if (effect !== moment || cuts > 0) return;
      cuts += 1;
      await server.cutPower();
    };
    const world = await startApp(bare, { server, onEffect, onTestFinished });

    const issue = await world.begin();
    await world.ended(issue);

    expect(cuts).toBe(1);
    expectPromoted(await pictureOf(world, issue), { phases: 1 });
  });

  test("while nothing happens, before a person merges", async ({ onTestFinished }) => {
    const bare = await openCrashWorld(quickConfig({ autoMerge: false }));
    onTestFinished(async () => bare.close());
    const server = await startServer(onTestFinished);
    const world = await startApp(bare, { server, onEffect: () => undefined, onTestFinished });
    const issue = await world.begin();
    await world.ended(issue, "promotable");

    await server.cutPower();
    const { pull } = await world.run(issue);
    await world.github.mergePull(pull?.number ?? 0, { as: "mona" });
    await world.ended(issue);

    expectPromoted(await pictureOf(world, issue), { phases: 1 });
  });
});
