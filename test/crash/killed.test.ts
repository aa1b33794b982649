import { describe, expect, test, vi } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { openCrashWorld, takeOver } from "./crashWorld.ts";
import { faultPoints } from "./faultPoints.ts";
import { killedInTurn, nameOf, sharedOut } from "./killedInTurn.ts";
import { quickConfig } from "./quickConfig.ts";
import type { Effect } from "./workerProcess.ts";

// More of them would only wait for each other.
vi.setConfig({ maxConcurrency: 4, testTimeout: 300_000 });

/** One worker alone works side by side, so how often the last effects of a kind come varies a little. */
const MISSED_AT_MOST = 0.1;

/** Kills of one run: one in its first half and one in its second, so that neither can hide what the other one breaks. */
const A_RUN = 2;

/** Of a longer run: where the Auditor has sent a phase back. */
const REVISED: readonly Effect[] = [
  { effect: "advance audit_finished", nth: 1 },
  { effect: "agent.start builder", nth: 2 },
];

const effects = await uninterrupted();
// Later ones of a kind are those of the runs with waves.
const points = faultPoints(effects).filter(({ nth }) => nth === 1);
const missed: Effect[] = [];

/** What a worker does that nobody kills. */
async function uninterrupted(): Promise<readonly Effect[]> {
  const world = await openCrashWorld(quickConfig());
  try {
    const worker = world.startWorker();
    await world.ended(await world.begin());
    return worker.effects();
  } finally {
    await world.close();
  }
}

test("the fault points are those that matter", () => {
  expect(effects.length).toBeGreaterThan(80);
  expect(points.length).toBeGreaterThan(30);
  expect(points.map(({ effect }) => effect)).toEqual(
    expect.arrayContaining([
      "advance planning_started",
      "advance phase_integrated",
      "agent.start builder",
      "agent.start auditor",
      "forge.createCheck autopack/promotion",
      "forge.createComment",
      "forge.createPull",
      "forge.mergePull",
      "git.commit",
      "git.deleteBranch",
      "git.push",
      "job.end build_phase",
      "note begun comment",
      "note done comment",
      "receive issues.labeled",
      "sandbox.run",
    ]),
  );
});

describe.concurrent("a worker is killed, and started again, twice in a run: everything is there once", () => {
  test.for(sharedOut(points, Math.ceil(points.length / A_RUN)))(
    "killed after $name",
    async ({ points: mine }, { onTestFinished }) => {
      const world = await openCrashWorld(quickConfig());
      onTestFinished(async () => world.close());
      const issue = await world.begin();
      missed.push(...(await killedInTurn(world, issue, mine)));
      await takeOver(world);
      expectPromoted(await pictureOf(world, issue), { phases: 1 });
    },
  );
});

describe.concurrent("the same in a run of two phases, the first of which its Auditor has sent back once", () => {
  test.for(REVISED)("killed after $effect (no. $nth)", async (point, { onTestFinished }) => {
    const world = await openCrashWorld(quickConfig({ revisions: 1 }));
    onTestFinished(async () => world.close());
    const issue = await world.begin(2);
    missed.push(...(await killedInTurn(world, issue, [point])));
    await takeOver(world);
    expectPromoted(await pictureOf(world, issue), { phases: 2 });
  });
});

test("nearly every fault point was come to", () => {
  const most = (points.length + REVISED.length) * MISSED_AT_MOST;
  expect(missed.length, `never came to ${missed.map(nameOf).join(", ")}`).toBeLessThan(most);
});
