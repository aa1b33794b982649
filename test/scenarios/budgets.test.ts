import { describe, expect } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import type { SteeringCommand } from "../../src/domain/steering.ts";
import { steerRunAs } from "../../src/app.ts";
import type { Action } from "../harness/agentScript.ts";
import { verdict } from "../harness/agentScript.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const TWO = { body: "- [ ] One\n- [ ] Two\n" };

/** An attempt that writes a file and says what it has used. */
function spends(tokens: number, file: string, costUsd = 0): Action {
  return { edits: { [file]: "1\n" }, result: { summary: "", usage: { input_tokens: tokens, cost_usd: costUsd } } };
}

async function steer(world: World, id: RunId, command: SteeringCommand): Promise<void> {
  expect(await steerRunAs(world.store, id, command)).toMatchObject({ kind: "accepted" });
}

scenario(
  "at the run's cap it pauses with everything as it is, says what is missing, and goes on when it gets more",
  async (world) => {
    world.agent.builds({ "1": [spends(1000, "one.md")], "2": [spends(10, "two.md")] });
    const issue = await world.labelIssue("autopack", TWO);
    await world.drain();
    const paused = await world.run(issue);
    expect(paused).toMatchObject({
      state: { kind: "building" },
      hold: { kind: "budget", shortage: { level: "run", measure: "tokens", cap: 1000, spent: 1000 } },
    });
    expect(paused.phases.map(({ state }) => state.kind)).toEqual(["auditing", "queued"]);
    expect(await world.statusComment(issue)).toContain("`/autopack budget +50000` goes on");

    await steer(world, paused.id, { kind: "resume", by: "cli:mona", extra: { tokens: 500 }, lifts: null });
    const run = await world.settled(issue, "promotable");
    expect(run).toMatchObject({ hold: null, extraBudget: { tokens: 500 } });
    expect(run.phases.map(({ retryAttempt, interruptions }) => [retryAttempt, interruptions])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  },
  { config: { budgets: { run: { tokens: 1000 } } } },
);

scenario(
  "one token below the cap is enough to go on",
  async (world) => {
    world.agent.builds({ "1": [spends(999, "one.md")] });
    world.agent.audits([verdict("approve", { usage: { input_tokens: 1 } })]);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(run.hold).toBeNull();
  },
  { config: { budgets: { run: { tokens: 1000 } } } },
);

scenario(
  "where the configuration says so, a used-up phase ends with the phase, and the others go on",
  async (world) => {
    world.agent.builds({ "1": [{ ...spends(50, "one.md"), exit: 1 }], "2": [{ edits: { "two.md": "2\n" } }] });
    const issue = await world.labelIssue("autopack", TWO);
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ reason: "budget_exhausted" });
    expect(run.phases.map(({ state }) => state.kind)).toEqual(["failed", "complete"]);
  },
  { config: { budgets: { phase: { tokens: 50 }, on_exhausted: "fail" } } },
);

describe("CI runs", () => {
  scenario(
    "a check that the tier has no CI run left for waits, and is done when there is one",
    async (world) => {
      world.agent.builds([
        { edits: { "src/greet.js": "export const greet = () => '';\n" } },
        { edits: { "src/greet.js": "export const greet = () => 'hi';\n" } },
      ]);
      const issue = await world.labelIssue("autopack");
      await world.drain();
      const paused = await world.run(issue);
      expect(paused).toMatchObject({
        hold: { kind: "budget", shortage: { level: "tier", measure: "ci_runs", cap: 1 } },
      });
      expect(paused.phases[0]?.state).toEqual({ kind: "checking", stalled: true });
      await steer(world, paused.id, { kind: "resume", by: "cli:mona", extra: { ci_runs: 1 }, lifts: null });
      const run = await world.settled(issue, "promotable");
      expect(run.phases[0]?.retryAttempt).toBe(1);
    },
    { config: { budgets: { tier: { ci_runs: 1 } } } },
  );
});

describe("over runs", () => {
  scenario(
    "a day's money is the repository's, whatever issue it went into",
    async (world) => {
      world.agent.builds([spends(10, "one.md", 1)]);
      const first = await world.labelIssue("autopack");
      await world.settled(first, "promotable");
      const second = await world.labelIssue("autopack", { title: "Another" });
      await world.drain();
      expect((await world.run(second)).hold).toMatchObject({
        kind: "budget",
        shortage: { level: "day", measure: "cost_usd", cap: 1.5, spent: 2 },
      });
    },
    { config: { budgets: { day: { cost_usd: 1.5 } } } },
  );

  scenario(
    "a new run of an issue does not begin with a new budget",
    async (world) => {
      world.agent.builds([spends(10, "one.md")]);
      const issue = await world.labelIssue("autopack");
      const first = await world.settled(issue, "promotable");
      await steer(world, first.id, { kind: "cancel", by: "cli:mona" });
      await world.comment(issue, "alice", "/autopack run");
      await world.drain();
      const second = await world.run(issue);
      expect(second.id).not.toBe(first.id);
      expect(second.hold).toMatchObject({ shortage: { level: "issue", measure: "tokens", cap: 15, spent: 20 } });
    },
    { config: { budgets: { issue: { tokens: 15 } } } },
  );
});
