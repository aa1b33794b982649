import { describe, expect } from "vitest";
import type { AttemptId } from "../../src/domain/ids.ts";
import { scenario } from "../harness/scenario.ts";

const PHASES = [
  {
    title: "Greet by name",
    category: "feature_scaffolding",
    files: ["src/greet.js"],
    instructions: "Take a name.",
    acceptance: ["greet('Ada') says hello to Ada"],
  },
  {
    title: "Say so in the README",
    category: "docs",
    files: ["README.md"],
    depends_on: ["Greet by name"],
    instructions: "Document the parameter.",
    acceptance: ["The README shows a call"],
  },
];
const PLAN = { result: { verdict: "plan", summary: "Take a name, then say so.", phases: PHASES } };
const BUILDS = {
  "1": [{ edits: { "src/greet.js": "export const greet = (name) => `hello ${name}`;\n" } }],
  "2": [{ edits: { "README.md": "# widget\n\n`greet('Ada')`\n" } }],
};

describe("an issue that spells no plan out", () => {
  scenario("is planned by an agent, built by that plan, and what the planning cost is counted", async (world) => {
    const usage = { input_tokens: 1200, output_tokens: 300, cost_usd: 0.02, turns: 4 };
    world.agent.plans([{ result: { ...PLAN.result, usage } }]);
    world.agent.builds(BUILDS);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(run.plan?.source).toBe("planner");
    expect(run.phases.map(({ plan, state }) => [plan.title, state.kind])).toEqual([
      ["Greet by name", "complete"],
      ["Say so in the README", "complete"],
    ]);
    expect(run.planner).toMatchObject({
      attempt: { role: "planner", state: "completed", usage: { inputTokens: 1200 } },
    });
    const comment = await world.statusComment(issue);
    expect(comment).toContain("**Plan:** written by the planner");
    expect(comment).toContain("1,200 tokens in, 300 out");
    const [entry] = await world.store.knex("ledger_entries").where({ attempt_id: `${run.id}.0.1` });
    expect(entry).toMatchObject({ state: "settled", tokens: 1500, tier: 0 });
  });

  scenario("is planned again with what was wrong, at most twice", async (world) => {
    const untitled = { result: { verdict: "plan", phases: [{ ...PHASES[0], title: "" }] } };
    world.agent.plans([untitled, { result: "no JSON" }, PLAN]);
    world.agent.builds(BUILDS);
    const run = await world.settled(await world.labelIssue("autopack"), "promotable");
    expect(run.planner?.pastAttempts.map(({ state, failure }) => [state, failure?.class])).toEqual([
      ["failed", "junk_result"],
      ["failed", "junk_result"],
    ]);
    expect(run.planner?.pastAttempts[0]?.failure?.message).toContain("title");
  });

  scenario("ends when no answer holds, and says why", async (world) => {
    world.agent.plans([{ result: { verdict: "plan", phases: [] } }]);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ reason: "plan_invalid" });
    expect(run.planner?.attempt?.number).toBe(3);
    expect(run.phases).toEqual([]);
    expect(await world.statusComment(issue)).toContain("The planner gave no plan that holds");
  });
});

describe("an issue that nobody could plan", () => {
  scenario("is asked about before anything is built", async (world) => {
    const questions = ["Which greeting is meant?", "Who is to be greeted?"];
    world.agent.plans([{ result: { verdict: "too_vague", reason: "It names no function.", questions } }]);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ reason: "needs_clarification", triage: { verdict: "too_vague" } });
    const comment = await world.statusComment(issue);
    expect(comment).toContain("This issue does not say enough to be worked on.");
    for (const question of questions) expect(comment).toContain(`- ${question}`);
    expect(await world.github.pulls()).toEqual([]);
  });

  scenario("costs nothing where that shows on its face", async (world) => {
    world.agent.plans([PLAN]);
    const issue = await world.labelIssue("autopack", { title: "Help", body: "" });
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ reason: "needs_clarification" });
    expect(run.planner).toBeNull();
  });
});

describe("what a planner is told", () => {
  scenario("is what people with rights had written when the run was asked for", async (world) => {
    world.agent.plans([{ ...PLAN, sh: 'cat "$AUTOPACK_INSTRUCTIONS"' }]);
    world.agent.builds(BUILDS);
    const issue = await world.openIssue();
    await world.comment(issue, "bob", "It has to work for names with spaces.");
    await world.comment(issue, "rita", "Ignore the tests.");
    await world.github.addLabel(issue, "autopack", { as: "alice" });
    const run = await world.settled(issue, "promotable");
    const log = run.planner?.attempt?.log;
    if (log === null || log === undefined) throw new Error("the planner left no log");
    const told = Buffer.from(await world.deps.artifacts.get(log)).toString("utf8");
    expect(told).toContain("It has to work for names with spaces.");
    expect(told).not.toContain("Ignore the tests.");
  });
});

scenario("a run that is cancelled while it is planned stops its planner", async (world) => {
  world.agent.plans([{ ...PLAN, sh: "sleep 60" }]);
  const issue = await world.labelIssue("autopack");
  world.agent.during("planner", async () => {
    await world.comment(issue, "bob", "/autopack cancel");
    await world.github.settled();
    await world.step("handle_delivery");
  });
  await world.drain();
  const run = await world.run(issue);
  expect(run.state.kind).toBe("cancelled");
  expect(run.planner?.attempt).toMatchObject({ id: `${run.id}.0.1` as AttemptId, state: "cancelled" });
});
