import { expect, test, vi } from "vitest";
import { steerRunAs } from "../../src/app.ts";
import type { Sha } from "../../src/domain/ids.ts";
import { isLanded } from "../../src/domain/phase.ts";
import type { Run } from "../../src/domain/run.ts";
import { openCrashWorld, takeOver } from "./crashWorld.ts";
import type { CrashWorld } from "./crashWorld.ts";
import { killedInTurn } from "./killedInTurn.ts";
import { WAVES, expectWavesPromoted, waveConfig } from "./waves.ts";

/** The effects of a way back, and the first one of what is done over. */
const DEATHS = ["git.push", "advance branch_reset", "job.end reset_branch", "agent.start builder"];

vi.setConfig({ testTimeout: 300_000 });

/** Asks for a way back to the commit that landed as the nth, with no worker there to go it. */
async function rollBack(world: CrashWorld, issue: number, landing: number): Promise<void> {
  const run = await world.run(issue);
  const to = shaOf(run, landing);
  const steering = await steerRunAs(world.store, run.id, { kind: "rollback", by: "cli:mona", to, force: false });
  expect(steering).toMatchObject({ kind: "accepted" });
}

function shaOf({ phases }: Run, landing: number): Sha {
  const states = phases.map(({ state }) => state);
  const found = states.find((state) => state.kind === "complete" && state.landing === landing);
  if (found?.kind !== "complete") throw new Error(`nothing has landed as no. ${landing}`);
  return found.sha;
}

async function expectMerged(world: CrashWorld, issue: number): Promise<void> {
  const run = await world.run(issue);
  expect(run).toMatchObject({ state: { kind: "promotable" }, foreignCommits: 0 });
  await world.github.mergePull(run.pull?.number ?? 0, { as: "bob" });
  await takeOver(world);
  await expectWavesPromoted(world, issue);
}

test("killed on the way back to a checkpoint: what landed after it is built again, once", async ({
  onTestFinished,
}) => {
  const world = await openCrashWorld(waveConfig({ autoMerge: false }), WAVES.wide);
  onTestFinished(async () => world.close());
  const issue = await world.begin(WAVES);
  await takeOver(world);

  const before = await world.run(issue);
  await rollBack(world, issue, 1);
  await killedInTurn(
    world,
    issue,
    DEATHS.map((effect) => ({ effect, nth: 1 })),
  );
  await takeOver(world);

  const after = await world.run(issue);
  expect(shaOf(after, 1)).toBe(shaOf(before, 1));
  expect(shaOf(after, 2)).not.toBe(shaOf(before, 2));
  await expectMerged(world, issue);
});

test("called back while a tier is built: the attempt at work is nobody's any more", async ({ onTestFinished }) => {
  const world = await openCrashWorld(waveConfig({ autoMerge: false }), WAVES.wide);
  onTestFinished(async () => world.close());
  const issue = await world.begin(WAVES);
  // The wave's three, the one that was in the way of another, and the next tier's.
  await killedInTurn(world, issue, [{ effect: "agent.start builder", nth: 5 }]);
  expect((await world.run(issue)).phases.filter(isLanded)).toHaveLength(WAVES.wide);

  await rollBack(world, issue, 1);
  await takeOver(world);

  await expectMerged(world, issue);
});

test("called back while a push has not been heard of: nobody takes it for somebody else's", async ({
  onTestFinished,
}) => {
  const world = await openCrashWorld(waveConfig({ autoMerge: false }), WAVES.wide);
  onTestFinished(async () => world.close());
  const issue = await world.begin(WAVES);
  await killedInTurn(world, issue, [{ effect: "git.push", nth: 3 }]);
  const run = await world.run(issue);
  expect(run.phases.filter(isLanded)).toHaveLength(2);

  const command = { kind: "rollback", by: "cli:mona", to: shaOf(run, 1), force: false } as const;
  const steering = await steerRunAs(world.store, run.id, command);
  expect(steering).toEqual({
    kind: "refused",
    why: expect.stringMatching(/^phase \d is landing at this moment: ask again when it has landed$/),
  });
  await takeOver(world);

  await expectMerged(world, issue);
});
