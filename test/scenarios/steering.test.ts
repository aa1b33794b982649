import { expect } from "vitest";
import { steerRunAs } from "../../src/app.ts";
import type { Run } from "../../src/domain/run.ts";
import type { Steering, SteeringCommand } from "../../src/domain/steering.ts";
import { verdict } from "../harness/agentScript.ts";
import { planIssue } from "../harness/planIssue.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

/** Steers the issue's run as somebody who may, and does what follows from it. */
async function steered(world: World, issue: number, command: SteeringCommand): Promise<Run> {
  const steering = await asked(world, issue, command);
  if (steering.kind === "refused") throw new Error(steering.why);
  return world.settled(issue);
}

async function asked(world: World, issue: number, command: SteeringCommand): Promise<Steering> {
  return steerRunAs(world.store, (await world.run(issue)).id, command);
}

scenario("an audit of the whole change that approves leaves the head as it is, and ready", async (world) => {
  world.agent.builds({ "1": [{ edits: { "docs/one.md": "1\n" } }], "2": [{ edits: { "docs/two.md": "2\n" } }] });
  const issue = await world.labelIssue(
    "autopack",
    planIssue({ title: "One", files: ["docs/one.md"] }, { title: "Two", files: ["docs/two.md"] }),
  );
  const { head } = await world.settled(issue, "promotable");
  const run = await steered(world, issue, { kind: "rerun", by: "bob", gate: "audit", profile: null });
  expect(run).toMatchObject({ state: { kind: "promotable" }, head });
  const whole = run.phases.at(-1);
  expect(whole).toMatchObject({
    plan: { audit: { by: "bob" } },
    state: { kind: "skipped", cause: "unchanged" },
    verdict: { decision: "approve" },
    candidate: { filesChanged: 2, linesAdded: 2, isWhole: true },
  });
});

scenario("an audit of the whole change that asks for a revision has the Builder mend what landed", async (world) => {
  world.agent.builds({ "1": [{ edits: { "docs/one.md": "1\n" } }], "2": [{ edits: { "docs/one.md": "better\n" } }] });
  world.agent.audits({ "1": [verdict("approve")], "2": [verdict("revise"), verdict("approve")] });
  const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["docs/one.md"] }));
  await world.settled(issue, "promotable");
  const run = await steered(world, issue, { kind: "rerun", by: "bob", gate: "audit", profile: null });
  expect(run.state.kind).toBe("promotable");
  expect(run.phases.map(({ state }) => state.kind)).toEqual(["complete", "complete"]);
  expect(await world.github.file(run.head ?? "", "docs/one.md")).toBe("better\n");
});

scenario("objections to the whole change stand until they are answered", async (world) => {
  world.agent.audits({ "1": [verdict("approve")], "2": [verdict("escalate")] });
  world.agent.edits({ "docs/one.md": "1\n" });
  const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["docs/one.md"] }));
  await world.settled(issue, "promotable");
  const failed = await steered(world, issue, { kind: "rerun", by: "bob", gate: "audit", profile: null });
  expect(failed.state).toMatchObject({ kind: "failed", reason: "requires_human_review" });
  const skip: SteeringCommand = { kind: "skip", by: "bob", phase: 2, reason: "I looked myself" };
  const judged = await steered(world, issue, skip);
  expect(judged.state).toMatchObject({ kind: "failed" });
  expect(judged.gates.find(({ gate }) => gate === "audit")).toMatchObject({ conclusion: "failure" });
  const override: SteeringCommand = { kind: "override", by: "mona", gate: "audit", reason: "bob looked himself" };
  expect((await steered(world, issue, override)).state.kind).toBe("promotable");
});

scenario(
  "a red gate that somebody answers for lets this head pass, and no other",
  async (world) => {
    world.agent.edits({ "docs/one.md": "1\n" });
    const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["docs/one.md"] }));
    const first = await world.settled(issue, "promotable");
    await world.github.pushCommit({
      as: "bob",
      branch: `autonomous/${first.id}`,
      files: { "src/greet.js": "export const greet = () => '';\n" },
      message: "Break the tests",
    });
    const red = await world.settled(issue, "failed");
    expect(red.gates.find(({ gate }) => gate === "ci")).toMatchObject({ conclusion: "failure", sha: red.head });
    const override: SteeringCommand = { kind: "override", by: "mona", gate: "ci", reason: "known to be broken" };
    const passed = await steered(world, issue, override);
    expect(passed).toMatchObject({ state: { kind: "promotable" }, overrides: [{ gate: "ci", sha: red.head }] });
    expect(await asked(world, issue, override)).toMatchObject({ kind: "refused" });

    const again = await steered(world, issue, { kind: "rerun", by: "bob", gate: "ci", profile: null });
    expect(again.state.kind).toBe("promotable");
    await world.github.pushCommit({
      as: "bob",
      branch: `autonomous/${first.id}`,
      files: { "docs/two.md": "2\n" },
      message: "Go on",
    });
    expect((await world.settled(issue, "failed")).gates.find(({ gate }) => gate === "ci")?.conclusion).toBe("failure");
  },
  { config: { promotion: { auto_merge: false } } },
);

scenario(
  "the strict profile can be asked for, and what it finds counts",
  async (world) => {
    world.agent.edits({ "docs/one.md": "1\n" });
    const issue = await world.labelIssue(
      "autopack",
      planIssue({ title: "One", files: ["docs/one.md"], category: "docs" }),
    );
    const { head } = await world.settled(issue, "promotable");
    const strict = await steered(world, issue, { kind: "rerun", by: "bob", gate: "ci", profile: "strict" });
    expect(strict).toMatchObject({ state: { kind: "failed" }, head });
    expect(strict.gates.find(({ gate }) => gate === "ci")).toMatchObject({ conclusion: "failure", profile: "strict" });
  },
  { config: { ci: { strict: ["test -e docs/two.md"] } } },
);

scenario("a phase that is skipped lets those behind it try without it", async (world) => {
  world.agent.builds({ "1": [{ exit: 1 }], "2": [{ edits: { "docs/two.md": "2\n" } }] });
  const issue = await world.labelIssue(
    "autopack",
    planIssue({ title: "One", files: ["docs/one.md"] }, { title: "Two", files: ["docs/two.md"], depends_on: ["One"] }),
  );
  const failed = await world.settled(issue, "failed");
  expect(failed.phases.map(({ state }) => state.kind)).toEqual(["failed", "skipped"]);
  const run = await steered(world, issue, { kind: "skip", by: "bob", phase: 1, reason: "not needed after all" });
  expect(run.phases.map(({ state }) => state)).toMatchObject([
    { kind: "skipped", cause: "person", reason: "skipped by bob: not needed after all" },
    { kind: "complete" },
  ]);
  expect(run.state.kind).toBe("promotable");
});

scenario("a base that moves while the head is being verified has it verified once more", async (world) => {
  world.agent.edits({ "docs/one.md": "1\n" });
  const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["docs/one.md"] }));
  world.hold("verify_run");
  await world.drain();
  const verifying = await world.run(issue);
  expect(verifying.state.kind).toBe("verifying");
  await world.github.pushCommit({ as: "bob", branch: "main", files: { "docs/other.md": "x\n" }, message: "Other" });
  await world.drain();
  world.release();
  const run = await world.settled(issue, "promotable");
  expect(run.verifiedBase).toBe((await world.github.log("main"))[0]?.sha);
});

scenario("a pause keeps new work from starting, not a finished head from being merged", async (world) => {
  world.agent.edits({ "docs/one.md": "1\n" });
  const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["docs/one.md"] }));
  await world.settled(issue, "promotable");
  const paused = await steered(world, issue, { kind: "hold", how: "pause", by: "bob", reason: "lunch" });
  expect(world.check(paused.head, "autopack/promotion")?.conclusion).toBe("success");
  const held = await steered(world, issue, { kind: "hold", how: "hold", by: "mona", reason: "release week" });
  expect(world.check(held.head, "autopack/promotion")?.conclusion).toBe("action_required");
  const wrong: SteeringCommand = { kind: "resume", by: "bob", extra: {}, lifts: "pause" };
  expect(await asked(world, issue, wrong)).toMatchObject({ kind: "refused" });
  const free = await steered(world, issue, { kind: "resume", by: "bob", extra: {}, lifts: "hold" });
  expect(world.check(free.head, "autopack/promotion")?.conclusion).toBe("success");
});
