import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { openCrashWorld } from "./crashWorld.ts";
import type { CrashWorld } from "./crashWorld.ts";
import { quickConfig } from "./quickConfig.ts";
import { WAVES, expectWavesPromoted, waveConfig } from "./waves.ts";
import type { WorkerProcess } from "./workerProcess.ts";

/** Spread over a run, most of them while its wave runs. */
const DEATHS = [
  { effect: "agent.start builder", nth: 2 },
  { effect: "advance phase_built", nth: 3 },
  { effect: "git.push", nth: 1 },
  { effect: "advance candidate_conflicted", nth: 1 },
  { effect: "git.push", nth: 3 },
  { effect: "forge.createPull", nth: 1 },
  { effect: "forge.mergePull", nth: 1 },
] as const;

/** Where a worker that wakes up has something in hand that another has done in the meantime, or waits for a lock to do. */
const SLEEPS = [
  { effect: "agent.end builder", wakes: "after the run" },
  { effect: "note begun comment", wakes: "when its work has been taken over" },
  { effect: "git.commit", wakes: "when its work has been taken over" },
  { effect: "note begun merge", wakes: "after the run" },
] as const;

// Nearly all the time they wait for the lost worker's heartbeat to be missed.
vi.setConfig({ maxConcurrency: 6, testTimeout: 300_000 });

/** Starts two of which the first to come there halts. */
async function startTwo(
  world: CrashWorld,
  halt: { readonly effect: string; readonly nth: number; readonly signal: "SIGKILL" | "SIGSTOP" },
): Promise<readonly WorkerProcess[]> {
  const countedAt = join(world.dataDir, "halt");
  const workers = [world.startWorker({ ...halt, countedAt }), world.startWorker({ ...halt, countedAt })];
  await Promise.all(workers.map(async ({ ready }) => ready));
  return workers;
}

/** Jobs that were begun again after their worker had been lost. */
async function takenOver({ store }: CrashWorld): Promise<number> {
  const { rows } = await store.knex.raw<{ rows: unknown[] }>(
    "select from pgboss.job where retry_count > 0 and state in ('active', 'completed')",
  );
  return rows.length;
}

describe.concurrent("of two workers one is killed, and the other one goes on by itself", () => {
  test.for(DEATHS)("after $effect (no. $nth)", async ({ effect, nth }, { onTestFinished }) => {
    const world = await openCrashWorld(waveConfig(), WAVES.wide);
    onTestFinished(async () => world.close());
    const workers = await startTwo(world, { effect, nth, signal: "SIGKILL" });

    const issue = await world.begin(WAVES);
    const { signal } = await Promise.race(workers.map(async ({ exited }) => exited));
    expect(signal).toBe("SIGKILL");
    await world.ended(issue);

    expect(workers.filter(({ lines }) => lines.includes("halt"))).toHaveLength(1);
    expect(await takenOver(world)).toBeGreaterThan(0);
    await expectWavesPromoted(world, issue);
  });
});

/** Lets the frozen one go on, until it has ended the job that it had in hand. */
async function wake(workers: readonly WorkerProcess[]): Promise<void> {
  const frozen = workers.find(({ lines }) => lines.includes("halt"));
  if (frozen === undefined) throw new Error("nobody froze");
  const before = frozen.lines.length;
  const hasEnded = (): boolean => frozen.lines.slice(before).some((line) => line.startsWith("effect job."));
  frozen.signal("SIGCONT");
  await vi.waitUntil(hasEnded, { timeout: 120_000, interval: 50 });
}

describe.concurrent("of two workers one freezes, is given up, and wakes: it does nothing over again", () => {
  test.for(SLEEPS)("after $effect, $wakes", async ({ effect, wakes }, { onTestFinished }) => {
    const world = await openCrashWorld(quickConfig());
    onTestFinished(async () => world.close());
    const workers = await startTwo(world, { effect, nth: 1, signal: "SIGSTOP" });

    const issue = await world.begin();
    await vi.waitUntil(async () => (await takenOver(world)) > 0, { timeout: 240_000, interval: 200 });
    if (wakes === "after the run") await world.ended(issue);
    await wake(workers);
    await world.ended(issue);

    expectPromoted(await pictureOf(world, issue), { phases: 1 });
  });

  test("half-way through the check runs, after another one has made the rest", async ({ onTestFinished }) => {
    // Such a run is changed by nothing while it is shown.
    const world = await openCrashWorld(quickConfig({ second: "escalate" }));
    onTestFinished(async () => world.close());
    const workers = await startTwo(world, { effect: "note done check:preflight", nth: 1, signal: "SIGSTOP" });

    const issue = await world.begin(2);
    await world.ended(issue, "failed");
    await wake(workers);
    await world.ended(issue, "failed");

    const picture = await pictureOf(world, issue);
    expect(picture).toMatchObject({ state: "failed", statusComments: 1, otherComments: 0, doubledChecks: [] });
    expect(picture.checks).toHaveLength(4);
  });
});
