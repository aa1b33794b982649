import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { openCrashWorld } from "./crashWorld.ts";
import type { CrashWorld } from "./crashWorld.ts";
import { quickConfig } from "./quickConfig.ts";

/** What the process manager's patience is measured by: docker gives ten seconds. */
const SECONDS_TO_STOP = 8;

vi.setConfig({ maxConcurrency: 3, testTimeout: 300_000 });

/** An agent that would work for an hour the first time, and is quick at every later attempt. */
function slowAgent(role: "builder" | "auditor", sleep: string): object {
  const result = '{ "verdict": "approve", "confidence": "high", "summary": "fine" }';
  const script = `
    case "$AUTOPACK_ATTEMPT" in *.${role === "builder" ? 1 : 2}) exec sleep ${sleep} ;; esac
    if [ "$AUTOPACK_ROLE" = builder ]; then echo "export const name = 1;" > src/name.js; fi
    if [ "$AUTOPACK_ROLE" = auditor ]; then echo '${result}' > "$AUTOPACK_RESULT"; fi`;
  return { backend: "command", command: ["sh", "-c", script] };
}

/** The worker as an operator starts it. */
function startCli(world: CrashWorld) {
  const { github, store, dataDir } = world;
  const { id, privateKey, webhookSecret } = github.app;
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../src/cli/autopack.js"), "worker"], {
    cwd: dataDir,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      TMPDIR: dataDir,
      DATABASE_URL: store.url,
      APP_ID: String(id),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: webhookSecret,
      GHE_HOST: github.host,
      GHE_PROTOCOL: "http",
      AUTOPACK_DATA: dataDir,
      LOG_LEVEL: "error",
    },
  });
  const exited = once(child, "exit").then(([code]: unknown[]) => code);
  return { stop: () => child.kill("SIGTERM"), kill: () => child.kill("SIGKILL"), exited };
}

/** Processes of this machine with a word in their command line. */
function processesWith(word: string): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandLine(pid).split("\0").includes(word)).length;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

describe.concurrent("SIGTERM: the worker stops within seconds, what it had begun is done by the next one", () => {
  const works = [
    { work: "an attempt of the Builder", role: "builder", sleep: "3611.5", state: "building" },
    { work: "an attempt of the Auditor", role: "auditor", sleep: "3612.5", state: "auditing" },
  ] as const;

  test.for(works)("$work", async ({ role, sleep, state }, { onTestFinished }) => {
    const agent = slowAgent(role, sleep);
    const world = await openCrashWorld({ ...quickConfig(), agents: { builder: agent, auditor: agent } });
    onTestFinished(async () => world.close());
    const worker = startCli(world);
    onTestFinished(() => void worker.kill());
    const issue = await world.begin();
    await vi.waitUntil(() => processesWith(sleep) > 0, { timeout: 240_000, interval: 100 });
    expect((await world.run(issue)).phases[0]?.state.kind).toBe(state);

    const before = performance.now();
    worker.stop();
    expect(await worker.exited).toBe(0);
    expect((performance.now() - before) / 1000).toBeLessThan(SECONDS_TO_STOP);
    expect(processesWith(sleep)).toBe(0);

    world.startWorker();
    await world.ended(issue);
    const [phase] = (await world.run(issue)).phases;
    expect(phase).toMatchObject({ retryAttempt: 0, auditFailures: 0, interruptions: 1 });
    const { rows: tried } = await world.store.knex.raw<{ rows: unknown[] }>(
      "select name from pgboss.job where retry_count > 0",
    );
    expect(tried).toEqual([]);
    expectPromoted(await pictureOf(world, issue), { phases: 1 });
  });
});
