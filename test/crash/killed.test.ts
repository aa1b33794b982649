import { describe, expect, test, vi } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { openCrashWorld, takeOver } from "./crashWorld.ts";
import { faultPoints } from "./faultPoints.ts";
import { quickConfig } from "./quickConfig.ts";
import type { Effect } from "./workerProcess.ts";

// More of them would only wait for each other.
vi.setConfig({ maxConcurrency: 4, testTimeout: 300_000 });

/** One worker alone works side by side, so how often the last effects of a kind come varies a little. */
const MISSED_AT_MOST = 0.1;

/** Of a longer run: where the Auditor has sent a phase back, and where a head is left behind by the next phase's. */
const LATER: readonly Effect[] = [
  { effect: "advance audit_finished", nth: 1 },
  { effect: "agent.start builder", nth: 2 },
  { effect: "advance phase_built", nth: 2 },
  { effect: "advance phase_integrated", nth: 1 },
  { effect: "git.push", nth: 2 },
  { effect: "forge.updateCheck autopack/promotion", nth: 1 },
  { effect: "advance pull_readied", nth: 1 },
  { effect: "forge.updatePull", nth: 1 },
];

const effects = await uninterrupted();
const points = named(faultPoints(effects));
const missed: string[] = [];

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

interface Point extends Effect {
  readonly name: string;
}

function named(from: readonly Effect[]): readonly Point[] {
  return from.map(({ effect, nth }, index) => ({
    effect,
    nth,
    name: `#${index + 1} ${effect}${nth === 1 ? "" : ` (no. ${nth})`}`,
  }));
}

interface Story {
  readonly config: object;
  readonly phases: 1 | 2;
  readonly onTestFinished: (work: () => Promise<void>) => void;
}

/** A worker is killed at that point, and another one, started afterwards, finds everything as that one left it. */
async function killed({ effect, nth, name }: Point, { config, phases, onTestFinished }: Story): Promise<void> {
  const world = await openCrashWorld(config);
  onTestFinished(async () => world.close());
  const worker = world.startWorker({ effect, nth, signal: "SIGKILL", countedAt: null });
  const issue = await world.begin(phases);
  const ended = await Promise.race([worker.exited, world.ended(issue)]);
  if (ended === undefined) missed.push(name);
  else expect(ended.signal).toBe("SIGKILL");
  worker.signal("SIGKILL");
  await worker.exited;

  await takeOver(world);

  expectPromoted(await pictureOf(world, issue), { phases });
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

describe.concurrent("a worker is killed, and started again: everything is there once", () => {
  test.for(points)("killed after $name", async (point, { onTestFinished }) =>
    killed(point, { config: quickConfig(), phases: 1, onTestFinished }),
  );
});

describe.concurrent("the same in a run of two phases, the first of which its Auditor has sent back once", () => {
  test.for(named(LATER))("killed after $name", async (point, { onTestFinished }) =>
    killed(point, { config: quickConfig({ revisions: 1 }), phases: 2, onTestFinished }),
  );
});

test("nearly every fault point was come to", () => {
  const most = (points.length + LATER.length) * MISSED_AT_MOST;
  expect(missed.length, `never came to ${missed.join(", ")}`).toBeLessThan(most);
});
