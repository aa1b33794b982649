import { describe, expect } from "vitest";
import { sweepOrphanChecks } from "../../src/jobs/sweeps/orphanChecks.ts";
import type { Run } from "../../src/domain/run.ts";
import type { CheckRun } from "../github/checks.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";
import { APPROVED, GREET, check, promotable, said } from "./shownChecks.ts";

const BROKEN = { "src/other.js": "export const other = 1;\n", "src/greet.js": "export const greet = () => '';\n" };

function buttons(run: CheckRun): readonly string[] {
  return run.actions.map(({ identifier }) => identifier);
}

async function answersOn(world: World, run: Run): Promise<string> {
  return (await world.answers(run.pull?.number ?? run.request.issueNumber)).join("\n");
}

describe("buttons", () => {
  scenario(
    "approve for those who may, once, and only the commit that was seen",
    async (world) => {
      const run = await promotable(world);
      const promotion = check(world, run.head, "promotion");
      expect(said(promotion)).toBe("action_required: Waiting for approval");
      expect(buttons(promotion)).toEqual(["approve", "cancel"]);

      for (const person of ["alice", "tri"] as const)
        world.github.requestAction(promotion.id, "approve", { as: person });
      await world.drain();
      expect(await answersOn(world, run)).toMatch(
        /alice is refused: .*somebody other than[^]*tri is refused: .*write access/,
      );
      expect((await world.run(run.request.issueNumber)).approvals).toEqual([]);

      world.github.requestAction(promotion.id, "approve", { as: "bob" });
      await world.drain();
      expect(said(check(world, run.head, "promotion"))).toBe("success: Ready to merge");
      expect((await world.answers(run.pull?.number ?? 0)).length).toBe(2);
    },
    APPROVED,
  );

  scenario(
    "on a commit that is no longer the head are refused in one line",
    async (world) => {
      const run = await promotable(world);
      const promotion = check(world, run.head, "promotion");
      await world.github.pushCommit({
        as: "bob",
        branch: `autonomous/${run.id}`,
        files: { "docs/a.md": "a\n" },
        message: "By hand",
      });
      const moved = await world.settled(run.request.issueNumber, "promotable");
      world.github.requestAction(promotion.id, "approve", { as: "mona" });
      await world.drain();
      expect(await answersOn(world, run)).toContain(
        `the button is on \`${run.head?.slice(0, 7) ?? ""}\`, and the head is \`${moved.head?.slice(0, 7) ?? ""}\` by now`,
      );
      expect((await world.run(run.request.issueNumber)).approvals).toEqual([]);
    },
    APPROVED,
  );

  scenario(
    "cancel, and have gone when there is nothing to be done any more",
    async (world) => {
      const run = await promotable(world);
      world.github.requestAction(check(world, run.head, "promotion").id, "cancel", { as: "bob" });
      await world.settled(run.request.issueNumber, "cancelled");
      const promotion = check(world, run.head, "promotion");
      expect(said(promotion)).toBe("cancelled: The run was cancelled");
      expect(buttons(promotion)).toEqual([]);
    },
    APPROVED,
  );

  scenario("let a held run go on", async (world) => {
    const run = await promotable(world);
    await world.comment(run.pull?.number ?? 0, "bob", '/autopack hold reason="wait for the release"');
    await world.drain();
    const held = check(world, run.head, "promotion");
    expect(said(held)).toBe("action_required: Held by bob: wait for the release");
    expect(buttons(held)).toEqual(["unhold", "cancel"]);
    world.github.requestAction(held.id, "unhold", { as: "bob" });
    await world.drain();
    expect(said(check(world, run.head, "promotion"))).toBe("success: Ready to merge");
    expect(buttons(check(world, run.head, "promotion"))).toEqual([]);
  });

  scenario(
    "promote, where the policy waits for that",
    async (world) => {
      const run = await promotable(world);
      const promotion = check(world, run.head, "promotion");
      expect(buttons(promotion)).toEqual(["promote", "cancel"]);
      world.github.requestAction(promotion.id, "promote", { as: "tri" });
      await world.drain();
      expect(await answersOn(world, run)).toMatch(/promote.* from tri is refused: it needs write access/);
      world.github.requestAction(promotion.id, "promote", { as: "bob" });
      await world.settled(run.request.issueNumber, "promoted");
    },
    { config: { promotion: { auto_merge: "on_command" } } },
  );

  scenario("of a red gate: an override makes it neutral, and promotable", async (world) => {
    const run = await promotable(world);
    await world.github.pushCommit({
      as: "bob",
      branch: `autonomous/${run.id}`,
      files: BROKEN,
      message: "Break it by hand",
    });
    const failed = await world.settled(run.request.issueNumber, "failed");
    const ci = check(world, failed.head, "ci");
    expect(said(ci)).toMatch(/^failure: Failed \((normal|strict)\): /);
    expect(buttons(ci)).toEqual(["rerun_ci", "retry", "cancel"]);
    expect(ci.summary).toContain('/autopack override ci reason="…"');

    world.github.requestAction(ci.id, "rerun_ci", { as: "bob" });
    await world.drain();
    expect(said(check(world, failed.head, "ci"))).toMatch(/^failure/);

    await world.comment(run.pull?.number ?? 0, "mona", '/autopack override ci reason="known to be flaky"');
    await world.drain();
    const overridden = check(world, failed.head, "ci");
    expect(said(overridden)).toBe("neutral: Overridden by mona: known to be flaky");
    expect(buttons(overridden)).toEqual([]);
  });
});

describe("re-running", () => {
  scenario("one check run runs its gate again, for those who may write", async (world) => {
    const run = await promotable(world);
    const ci = check(world, run.head, "ci");
    world.github.rerequestCheck(ci.id, { as: "tri" });
    await world.drain();
    expect(await answersOn(world, run)).toMatch(/ci.* from tri is refused: it needs write access/);
    const before = await world.events(run.id);
    expect(before).not.toContain("gate_rerun_requested");

    world.github.rerequestCheck(ci.id, { as: "bob" });
    await world.settled(run.request.issueNumber, "promotable");
    expect((await world.events(run.id)).slice(before.length)).toEqual(["gate_rerun_requested", "gates_verified"]);
    expect(said(check(world, run.head, "ci"))).toMatch(/^success/);
    expect(said(check(world, run.head, "promotion"))).toBe("success: Ready to merge");
  });

  scenario("the promotion writes it once more", async (world) => {
    const run = await promotable(world);
    const before = world.github.calls({ kind: "rest" }).length;
    world.github.rerequestCheck(check(world, run.head, "promotion").id, { as: "bob" });
    await world.drain();
    const calls = world.github.calls({ kind: "rest" }).slice(before);
    expect(calls.filter(({ method }) => method === "PATCH")).toHaveLength(1);
    expect(calls.filter(({ method }) => method === "POST")).toEqual([]);
  });

  scenario("all of them runs every gate again, and answers once", async (world) => {
    const run = await promotable(world);
    world.github.rerequestSuite(run.head ?? "", { as: "tri" });
    await world.drain();
    expect(await world.answers(run.pull?.number ?? 0)).toHaveLength(1);
    world.github.rerequestSuite(run.head ?? "", { as: "bob" });
    const after = await world.settled(run.request.issueNumber, "promotable");
    expect(after.head).toBe(run.head);
    const asked = (await world.events(run.id)).filter((kind) => kind === "gate_rerun_requested");
    expect(asked).toHaveLength(3);
    for (const name of ["preflight", "ci", "audit", "promotion"])
      expect(said(check(world, run.head, name))).toMatch(/^success/);
  });
});

scenario("two runs whose configuration is refused share one check run of their commit", async (world) => {
  await world.github.pushCommit({
    as: "mona",
    branch: "main",
    files: { ".github/autopack.yml": "version: 2\n" },
    message: "Configure",
  });
  for (const title of ["One", "Two"]) {
    const { number } = await world.github.createIssue({ as: "alice", title });
    await world.github.addLabel(number, "autopack", { as: "alice" });
  }
  await world.drain();
  const main = (await world.github.branch("main")) ?? "";
  const refused = check(world, main, "config");
  expect(said(refused)).toMatch(/^failure/);
  expect(buttons(refused)).toEqual(["retry"]);
});

scenario("check runs that nobody is going to conclude are shown again, then given up", async (world) => {
  world.agent.builds({ "1": [{ edits: GREET }], "2": [{ edits: { "docs/a.md": "a\n" } }] });
  const issue = await world.labelIssue("autopack", { body: "- [ ] Greet\n- [ ] Document\n" });
  world.agent.during("auditor", async () => world.hold("build_phase"));
  const run = await world.settled(issue, "building");
  expect(said(check(world, run.head, "promotion"))).toBe("in_progress: 1 of 2 phases done");

  // The run ends, and what would show that is lost.
  world.hold("project_run");
  await world.comment(issue, "alice", "/autopack cancel");
  await world.settled(issue, "cancelled");
  const jobs = world.store.knex("pgboss.job").where({ name: "project_run" }).whereIn("state", ["created", "retry"]);
  await jobs.clone().delete();
  expect(await sweepOrphanChecks(world.deps)).toBe(0);
  expect(await jobs.clone()).toEqual([]);

  await age(world, run, "30 minutes");
  expect(await sweepOrphanChecks(world.deps)).toBe(0);
  expect(await jobs.clone()).toHaveLength(1);
  await jobs.clone().delete();

  await age(world, run, "2 hours");
  expect(await sweepOrphanChecks(world.deps)).toBe(1);
  expect(said(check(world, run.head, "promotion"))).toBe("timed_out: Nobody works on this any more");
  expect(await sweepOrphanChecks(world.deps)).toBe(0);
});

/** As if so much time had passed since the run last moved. */
async function age({ store: { knex } }: World, { id }: Run, interval: string): Promise<void> {
  const then = knex.raw("now() - ?::interval", [interval]);
  await knex("runs").where({ id }).update({ updated_at: then });
  await knex("publications").where({ run_id: id }).update({ published_at: then, begun_at: then });
}
