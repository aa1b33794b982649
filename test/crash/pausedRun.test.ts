import { expect, test, vi } from "vitest";
import { steerRunAs } from "../../src/app.ts";
import { openCrashWorld, takeOver } from "./crashWorld.ts";
import { killedInTurn } from "./killedInTurn.ts";
import { WAVES, expectWavesPromoted, waveConfig } from "./waves.ts";

/** Enough for the Builders of the wave, and for nothing more. */
const TOKENS = 100;
const BUDGETS = { attempt: { tokens: TOKENS }, run: { tokens: WAVES.wide * TOKENS } };

vi.setConfig({ testTimeout: 300_000 });

test("killed at the run's cap, and when it goes on: nothing is begun meanwhile, done twice or paid for twice", async ({
  onTestFinished,
}) => {
  const world = await openCrashWorld(waveConfig({ tokens: TOKENS, budgets: BUDGETS }), WAVES.wide);
  onTestFinished(async () => world.close());
  const issue = await world.begin(WAVES);
  await killedInTurn(world, issue, [{ effect: "advance budget_refused", nth: 1 }]);
  await takeOver(world);
  const paused = await world.run(issue);
  expect(paused).toMatchObject({
    state: { kind: "building" },
    hold: { kind: "budget", shortage: { level: "run", measure: "tokens", cap: WAVES.wide * TOKENS } },
  });
  const states = paused.phases.map(({ attempt }) => attempt?.state);
  expect(states).toContain("pending");
  expect(states).not.toContain("running");

  const extra = { tokens: 1000 };
  const steering = await steerRunAs(world.store, paused.id, { kind: "resume", by: "cli:mona", extra, lifts: null });
  expect(steering).toMatchObject({ kind: "accepted" });
  await killedInTurn(world, issue, [{ effect: "advance attempt_started", nth: 1 }]);
  await takeOver(world);

  await expectWavesPromoted(world, issue);
  const run = await world.run(issue);
  expect(run.phases.map(({ retryAttempt, auditFailures }) => retryAttempt + auditFailures)).toEqual([0, 0, 0, 0]);
  const built = run.phases.flatMap(({ pastAttempts }) =>
    pastAttempts.filter(({ state, role }) => role === "builder" && state === "completed"),
  );
  const spent = await world.store.knex("ledger_entries").where("tokens", ">", 0).pluck<number[]>("tokens");
  expect(spent).toEqual(built.map(() => TOKENS));
});
