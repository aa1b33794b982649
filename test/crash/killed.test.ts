import { describe, expect, test } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { openCrashWorld, takeOver } from "./crashWorld.ts";
import { faultPoints } from "./faultPoints.ts";
import type { Effect } from "./workerProcess.ts";

/** One worker alone works side by side, so how often the last effects of a kind come varies a little. */
const MISSED_AT_MOST = 0.1;

const effects = await uninterrupted();
const points = faultPoints(effects).map((point, index) => ({ ...point, name: nameOf(point, index) }));

/** What a worker does that nobody kills. */
async function uninterrupted(): Promise<readonly Effect[]> {
  const world = await openCrashWorld();
  try {
    const worker = world.startWorker();
    await world.ended(await world.begin());
    return worker.effects();
  } finally {
    await world.close();
  }
}

function nameOf({ effect, nth }: Effect, index: number): string {
  return `#${index + 1} ${effect}${nth === 1 ? "" : ` (no. ${nth})`}`;
}

test("the fault points are those that matter", () => {
  expect(effects.length).toBeGreaterThan(100);
  expect(points.length).toBeGreaterThan(50);
  expect(points.map(({ effect }) => effect)).toEqual(
    expect.arrayContaining([
      "advance planning_started",
      "agent.start builder",
      "agent.start auditor",
      "advance phase_integrated",
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

const missed: string[] = [];

describe.concurrent("a worker is killed, and started again: everything is there once", () => {
  test.for(points)("killed after $name", async ({ effect, nth, name }, { onTestFinished }) => {
    const world = await openCrashWorld();
    onTestFinished(async () => world.close());
    const worker = world.startWorker({ effect, nth, signal: "SIGKILL", countedAt: null });
    const issue = await world.begin();
    const ended = await Promise.race([worker.exited, world.ended(issue)]);
    if (ended === undefined) missed.push(name);
    else expect(ended.signal).toBe("SIGKILL");
    worker.signal("SIGKILL");
    await worker.exited;

    await takeOver(world);

    expectPromoted(await pictureOf(world, issue), { phases: 1 });
  });
});

test("nearly every fault point was come to", () => {
  expect(missed.length, `never came to ${missed.join(", ")}`).toBeLessThan(points.length * MISSED_AT_MOST);
});
