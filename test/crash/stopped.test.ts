import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { openCrashWorld } from "./crashWorld.ts";
import type { CrashWorld } from "./crashWorld.ts";
import { quickConfig } from "./quickConfig.ts";
import type { WorkerProcess } from "./workerProcess.ts";

/** In an attempt; and right before the push, with the lock on the branch held. */
const MOMENTS = ["agent.start builder", "git.commit"] as const;

// Nearly all the time they wait for the stopped worker's heartbeat to be missed.
vi.setConfig({ maxConcurrency: MOMENTS.length, testTimeout: 300_000 });

interface WorkerRow {
  readonly id: string;
  readonly pid: number;
  readonly state: string;
  readonly sessions: string;
}

async function workers({ store }: CrashWorld): Promise<readonly WorkerRow[]> {
  return store.knex<WorkerRow>("workers").select("id", "pid", "state", "sessions");
}

/** Sessions that hold or do something. */
async function sessionsOf({ store }: CrashWorld, { sessions }: WorkerRow): Promise<number> {
  const { rows } = await store.knex.raw<{ rows: unknown[] }>(
    `select from pg_stat_activity where datname = current_database() and state <> 'idle'
      and application_name like '%/' || ?`,
    [sessions],
  );
  return rows.length;
}

async function stopped(world: CrashWorld, processes: readonly WorkerProcess[]): Promise<WorkerProcess> {
  await vi.waitUntil(() => processes.some(({ lines }) => lines.includes("halt")), { timeout: 120_000, interval: 50 });
  const found = processes.find(({ lines }) => lines.includes("halt"));
  if (found === undefined || (await workers(world)).length !== processes.length) throw new Error("a worker is missing");
  return found;
}

describe.concurrent("a worker is stopped, and given up while it stands still", () => {
  test.for(MOMENTS)(
    "after %s: another one lands the phase, and nobody hears it when it goes on",
    async (effect, { onTestFinished }) => {
      const world = await openCrashWorld(quickConfig());
      onTestFinished(async () => world.close());
      const halt = { effect, nth: 1, signal: "SIGSTOP", countedAt: join(world.dataDir, "halt") } as const;
      const processes = [world.startWorker(halt), world.startWorker(halt)];
      await Promise.all(processes.map(async ({ ready }) => ready));
      const issue = await world.begin();
      const frozen = await stopped(world, processes);

      await world.ended(issue);

      const isGone = async (): Promise<boolean> => (await workers(world)).some(({ state }) => state === "gone");
      await vi.waitUntil(isGone, { timeout: 120_000, interval: 100 });
      const gone = (await workers(world)).filter(({ state }) => state === "gone");
      expect(gone).toHaveLength(1);
      for (const worker of gone) await vi.waitUntil(async () => (await sessionsOf(world, worker)) === 0);
      const { id } = await world.run(issue);
      const history = await world.events(id);
      const begun = frozen.lines.length;

      frozen.signal("SIGCONT");
      const isBack = async (): Promise<boolean> => (await workers(world)).every(({ state }) => state === "up");
      await vi.waitUntil(isBack, { timeout: 120_000, interval: 100 });
      const hasEnded = (): boolean => frozen.lines.slice(begun).some((line) => line.startsWith("effect job."));
      await vi.waitUntil(hasEnded, { timeout: 120_000, interval: 50 });
      await world.ended(issue);

      expect(await world.events(id)).toEqual(history);
      const lost = history.filter((kind) => kind === "attempt_lost");
      expect(lost).toHaveLength(effect === "agent.start builder" ? 1 : 0);
      expectPromoted(await pictureOf(world, issue), { phases: 1 });
    },
  );
});
