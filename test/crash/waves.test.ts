import { describe, expect, test, vi } from "vitest";
import { openCrashWorld, takeOver } from "./crashWorld.ts";
import { faultPoints } from "./faultPoints.ts";
import { killedInTurn, nameOf, sharedOut } from "./killedInTurn.ts";
import { WAVES, expectWavesPromoted, waveConfig } from "./waves.ts";
import type { Effect } from "./workerProcess.ts";

/** Runs that the fault points are shared out to: between two of one run, it gets somewhere. */
const RUNS = 9;

/** What runs side by side comes in another order each time, so the last effect of a kind is not always come to. */
const MISSED_AT_MOST = 0.2;

// More of them would only wait for each other.
vi.setConfig({ maxConcurrency: 4, testTimeout: 300_000 });

const uninterrupted = await withoutKills();
const points = firstAndLast(faultPoints(uninterrupted.effects));
const missed: Effect[] = [];

interface Uninterrupted {
  readonly effects: readonly Effect[];
  readonly history: readonly string[];
}

async function withoutKills(): Promise<Uninterrupted> {
  const world = await openCrashWorld(waveConfig(), WAVES.wide);
  try {
    const worker = world.startWorker();
    const issue = await world.begin(WAVES);
    await world.ended(issue);
    await expectWavesPromoted(world, issue);
    return { effects: worker.effects(), history: await world.events((await world.run(issue)).id) };
  } finally {
    await world.close();
  }
}

/** Of each kind of effect the first and the last one, in the order in which they came. */
function firstAndLast(effects: readonly Effect[]): readonly Effect[] {
  const last = new Map(effects.map(({ effect, nth }) => [effect, nth]));
  return effects.filter(({ effect, nth }) => nth === 1 || nth === last.get(effect));
}

test("the phases of the wave are built side by side, and one of them is in the way of another", () => {
  const { effects, history } = uninterrupted;
  expect(history.filter((kind) => kind === "phase_integrated")).toHaveLength(WAVES.phases);
  expect(history).toContain("candidate_conflicted");
  const started = effects.findIndex(({ effect, nth }) => effect === "advance attempt_started" && nth === WAVES.wide);
  expect(started).toBeGreaterThan(0);
  expect(started).toBeLessThan(effects.findIndex(({ effect }) => effect === "git.push"));
});

describe.concurrent("a worker is killed at one point after the other of one run: everything is there once", () => {
  test.for(sharedOut(points, RUNS))("$name", async ({ points: mine }, { onTestFinished }) => {
    const world = await openCrashWorld(waveConfig(), WAVES.wide);
    onTestFinished(async () => world.close());
    const issue = await world.begin(WAVES);
    missed.push(...(await killedInTurn(world, issue, mine)));
    await takeOver(world);
    await expectWavesPromoted(world, issue);
  });
});

test("nearly every point was come to", () => {
  const most = points.length * MISSED_AT_MOST;
  expect(missed.length, `never came to ${missed.map(nameOf).join(", ")}`).toBeLessThan(most);
});
