import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const BROKEN = { "src/greet.js": "export const greet = () => '';\n" };

scenario("a Builder that fails twice and then succeeds", async (world) => {
  world.agent.builds([{ exit: 1, print: "out of ideas" }, { edits: BROKEN }, { edits: GREET }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  expect(run.phases[0]).toMatchObject({ retryAttempt: 2, state: { kind: "complete" } });
  const attempts = await world.store.knex("attempts").orderBy("number").select("role", "state", "failure_class");
  expect(attempts).toEqual([
    { role: "builder", state: "failed", failure_class: "agent" },
    { role: "builder", state: "completed", failure_class: null },
    { role: "builder", state: "completed", failure_class: null },
    { role: "auditor", state: "completed", failure_class: null },
  ]);
});

scenario("the next attempt gets the failure's text and goes on from the change that did not pass", async (world) => {
  const mends =
    "grep -q 'greets' $AUTOPACK_INSTRUCTIONS && grep -q \"''\" src/greet.js && sed -i \"s/''/'hi'/\" src/greet.js";
  world.agent.builds([{ edits: BROKEN }, { sh: mends }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  expect(run.phases[0]?.retryAttempt).toBe(1);
  expect(await world.github.file(run.head ?? "", "src/greet.js")).toContain("'hi'");
});

scenario("a Builder that never succeeds: the run ends and says what, why and what to type", async (world) => {
  world.agent.builds([{ exit: 1, print: "the widget is glued shut" }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");
  expect(run.state).toMatchObject({ reason: "phases_failed" });
  const comment = await world.statusComment(issue);
  expect(comment).toContain("the widget is glued shut");
  expect(comment).toContain("/autopack retry");
  expect(await world.github.branches()).toEqual(["main"]);
  expect(await world.github.pulls()).toEqual([]);
});

scenario("a change whose tests never pass does not land", async (world) => {
  world.agent.builds([
    { edits: BROKEN },
    { edits: { ...BROKEN, "a.md": "2\n" } },
    { edits: { ...BROKEN, "a.md": "3\n" } },
  ]);
  const issue = await world.labelIssue("autopack");
  await world.settled(issue, "failed");
  expect(await world.github.branches()).toEqual(["main"]);
  expect(await world.statusComment(issue)).toContain("node --test");
});

scenario("an answer that changes nothing counts as a failure", async (world) => {
  world.agent.builds([{ edits: BROKEN }]);
  const issue = await world.labelIssue("autopack");
  await world.settled(issue, "failed");
  expect(await world.statusComment(issue)).toContain("changed nothing");
});

scenario(
  "a later phase that fails leaves what landed, and retry goes on there",
  async (world) => {
    world.agent.builds({
      "1": [{ edits: GREET }],
      "2": [{ sh: "test $(echo $AUTOPACK_ATTEMPT | sed 's/.*\\.//') -gt 1 && echo done > two.md || exit 1" }],
    });
    const issue = await world.labelIssue("autopack", { body: "- [ ] One\n- [ ] Two\n" });
    const failed = await world.settled(issue, "failed");
    expect(failed.phases.map(({ state }) => state.kind)).toEqual(["complete", "failed"]);
    expect((await world.github.pulls()).map(({ draft, state }) => [draft, state])).toEqual([[true, "open"]]);
    expect(world.check(failed.head, "autopack/promotion")).toMatchObject({ conclusion: "failure" });

    await world.comment(issue, "alice", "/autopack retry");
    const run = await world.settled(issue, "promotable");
    expect(run.phases.map(({ state }) => state.kind)).toEqual(["complete", "complete"]);
    expect(await world.github.pulls()).toHaveLength(1);
  },
  { config: { agents: { builder: { limits: { attempts: 1 } } } } },
);

describe("limits end in SIGKILL of the whole tree", () => {
  scenario(
    "a Builder that takes too long",
    async (world) => {
      world.agent.builds([{ sh: "trap '' TERM; sleep 600 & sleep 600" }]);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "failed");
      const attempt = await world.store.knex("attempts").first();
      expect(attempt).toMatchObject({ state: "timed_out", failure_class: "timeout" });
    },
    { config: { agents: { builder: { limits: { attempts: 1, seconds: 2 } } } } },
  );

  scenario(
    "a Builder that prints without end",
    async (world) => {
      world.agent.builds([{ sh: "yes" }]);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "failed");
      expect(await world.store.knex("attempts").first()).toMatchObject({
        state: "failed",
        failure_class: "output_limit",
      });
    },
    { config: { agents: { builder: { limits: { attempts: 1, output_mb: 1 } } } } },
  );

  scenario(
    "a CI step that takes too long is a failed check with its output",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "failed");
      expect(await world.statusComment(issue)).toMatch(/took too long/);
    },
    {
      config: {
        ci: { normal: [{ name: "slow", run: "echo starting; sleep 600", timeout_seconds: 1 }] },
        agents: { builder: { limits: { attempts: 1 } } },
      },
    },
  );
});

scenario("output is stored as an artifact, with secrets removed", async (world) => {
  world.agent.builds([{ edits: GREET, print: `token ghs_${"a1B2".repeat(9)} seen` }]);
  const issue = await world.labelIssue("autopack");
  await world.settled(issue, "promotable");
  const attempt = await world.store.knex("attempts").where({ role: "builder" }).first();
  const log = Buffer.from(await world.deps.artifacts.get(attempt.log_id)).toString();
  expect(log).toContain("seen");
  expect(log).not.toContain("a1B2a1B2");
  expect(await world.store.knex("live_output")).toEqual([]);
});

scenario(
  "a preflight step that is known to be flaky is tried again, and the flakiness is a finding",
  async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(run.phases[0]).toMatchObject({ retryAttempt: 0, state: { kind: "complete" } });
    expect(run.gates.find(({ gate }) => gate === "preflight")?.findings).toMatchObject([
      { severity: "minor", source: "ci", title: "“sometimes” is flaky" },
    ]);
  },
  { config: { preflight: [{ name: "sometimes", run: "test -f seen || { touch seen; false; }", flaky: true }] } },
);
