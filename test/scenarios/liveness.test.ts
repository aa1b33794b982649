import { describe, expect } from "vitest";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { sweepLostAttempts } from "../../src/jobs/sweeps/lostAttempts.ts";
import { sweepRetention } from "../../src/store/retention.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";
import { insertWorker } from "../store/livingRows.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const LIMITS = { heartbeatHours: 24, deliveryDays: 30, branchDays: 30 };

scenario(
  "an attempt of a silent worker is given up and done again, and what it says later is not heard",
  async (world) => {
    const { knex } = world.store;
    world.agent.builds([{ edits: GREET }]);
    world.agent.during("builder", async () => {
      await insertWorker(knex, { id: world.deps.workerId, silentFor: "16 s" });
      await knex("attempts").update({ started_at: knex.raw("now() - interval '16 s'") });
      expect(await sweepLostAttempts(world.deps)).toBe(1);
      // The queue would notice as well, by the job: whoever comes second changes nothing.
      expect(await sweepLostAttempts(world.deps)).toBe(0);
    });
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");

    expect(run.phases[0]).toMatchObject({ interruptions: 1, retryAttempt: 0, state: { kind: "complete" } });
    const [first] = run.phases[0]?.pastAttempts ?? [];
    expect(first?.state).toBe("lost");
    const history = await world.events(run.id);
    for (const kind of ["attempt_lost", "phase_built", "phase_integrated"])
      expect(history.filter((one) => one === kind)).toEqual([kind]);

    if (first === undefined) throw new Error("there is no first attempt");
    const late = { kind: "phase_unchanged", attemptId: first.id, summary: "", log: null, usage: NO_USAGE } as const;
    expect(await world.deps.advance(run.id, late)).toEqual(run);
    expect(await world.events(run.id)).toEqual(history);
  },
);

scenario("the logs and patches of a run are kept for it by the database", async (world) => {
  world.agent.builds([{ edits: GREET }]);
  const run = await world.settled(await world.labelIssue("autopack"), "promotable");
  const used = await world.store.knex("artifact_uses").where({ run_id: run.id }).pluck<string[]>("artifact_id");
  expect(used).toContain(run.phases[0]?.candidate?.patch);
  expect(used).toContain(run.phases[0]?.attempt?.log);
  expect(used.length).toBe((await world.store.knex("artifacts")).length);
  await expect(world.store.knex("artifacts").delete()).rejects.toThrow("is kept");
});

async function cancelledLongAgo(world: World): Promise<string> {
  world.agent.builds([{ edits: GREET }]);
  const issue = await world.labelIssue("autopack");
  await world.settled(issue, "promotable");
  await world.comment(issue, "alice", "/autopack cancel");
  const { id } = await world.settled(issue, "cancelled");
  await world.store.knex("runs").update({ ended_at: world.store.knex.raw("now() - interval '31 days'") });
  return `autonomous/${id}`;
}

describe("the branch of a run that was cancelled long ago", () => {
  scenario("is deleted", async (world) => {
    await cancelledLongAgo(world);
    expect(await sweepRetention(world.store, LIMITS)).toMatchObject({ branches: 1 });
    await world.drain();
    expect(await world.github.branches()).toEqual(["main"]);
  });

  scenario("is left alone where somebody has moved it", async (world) => {
    const branch = await cancelledLongAgo(world);
    await world.store.knex("runs").update({ head_sha: "c".repeat(40) });
    expect(await sweepRetention(world.store, LIMITS)).toMatchObject({ branches: 1 });
    await world.drain();
    expect(await world.github.branches()).toEqual([branch, "main"]);
  });
});
