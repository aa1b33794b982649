import { describe, expect } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };

async function promotable(world: World): Promise<{ readonly issue: number; readonly run: Run }> {
  world.agent.edits(GREET);
  const issue = await world.labelIssue("autopack");
  return { issue, run: await world.settled(issue, "promotable") };
}

async function hears(world: World): Promise<void> {
  await world.github.settled();
  while (await world.step("handle_delivery"));
}

describe("the app is taken away", () => {
  scenario("uninstalled while an agent is at work: it is killed, the run ends, and nothing fails", async (world) => {
    world.agent.builds([{ sh: "sleep 600" }]);
    const issue = await world.labelIssue("autopack");
    world.agent.during("builder", async () => {
      world.github.installation.remove("ada");
      await hears(world);
    });
    const run = await world.settled(issue, "cancelled");
    expect(run.state).toMatchObject({ why: "access_removed", by: "ada" });
    expect(run.phases[0]?.attempt?.state).toBe("cancelled");
  });

  scenario("installed again: what was known follows, the end is shown, and new runs start", async (world) => {
    const { issue, run } = await promotable(world);
    world.github.installation.remove("ada");
    await world.settled(issue, "cancelled");
    const before = await world.statusComment(issue);
    world.github.installation.add("ada");
    await world.drain();
    expect(await world.statusComment(issue)).not.toBe(before);
    expect(await world.statusComment(issue)).toContain("access was removed");
    expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "cancelled" });
    expect(await world.store.knex("repositories").pluck("installation_id")).toEqual([world.github.installation.id]);

    await world.comment(issue, "alice", "/autopack run");
    await world.settled(issue, "promotable");
  });

  scenario("suspended, and let go on: the run has ended, and is shown so", async (world) => {
    const { issue } = await promotable(world);
    world.github.installation.suspend("ada");
    expect((await world.settled(issue, "cancelled")).state).toMatchObject({ why: "access_removed" });
    world.github.installation.unsuspend("ada");
    await world.drain();
    expect(await world.statusComment(issue)).toContain("access was removed");
    expect(await world.github.labels(issue)).not.toContain("autopack:running");
  });

  scenario(
    "the repository taken out: its runs end, and those of others go on",
    async (world) => {
      const { issue } = await promotable(world);
      world.github.installation.exclude("other", "ada");
      await world.settled(issue, "promotable");
      world.github.installation.exclude("widget", "ada");
      await world.settled(issue, "cancelled");
      // What the app cannot see is not taken for deleted.
      expect(await world.github.labels(issue)).toContain("autopack:running");
      world.github.installation.include("widget", "ada");
      await world.drain();
      expect(await world.github.labels(issue)).not.toContain("autopack:running");
    },
    { repositories: [{ name: "other", files: {} }] },
  );

  scenario("and given back before that is heard of: nothing ends", async (world) => {
    const { issue } = await promotable(world);
    world.github.webhooks.hold();
    world.github.installation.exclude("widget", "ada");
    world.github.installation.include("widget", "ada");
    await world.github.webhooks.release((held) => held.toReversed());
    await world.github.webhooks.release();
    await world.settled(issue, "promotable");
  });

  scenario("new permissions have what could not be shown shown", async (world) => {
    const { issue, run } = await promotable(world);
    await world.store.knex("publications").where("target", "like", "check:%").delete();
    world.github.installation.acceptPermissions("ada");
    await world.settled(issue, "promotable");
    const targets = await world.store.knex("publications").where({ run_id: run.id }).pluck<string[]>("target");
    expect(targets.filter((target) => target.startsWith("check:"))).toHaveLength(4);
  });
});

describe("the repository changes", () => {
  scenario("its name, while a phase is built: the run follows", async (world) => {
    world.agent.edits(GREET);
    world.agent.during("builder", async () => {
      await world.github.changeSettings({ as: "ada", name: "gadget" });
      await hears(world);
    });
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(run.repository.name).toBe("gadget");
    expect(await world.github.pulls()).toHaveLength(1);
  });

  scenario("its owner, with the app: the run follows", async (world) => {
    const { issue, run } = await promotable(world);
    world.github.installation.transfer("widget", "mona", { as: "ada", installed: true });
    const sha = await world.github.pushCommit({
      as: "mona",
      branch: `autonomous/${run.id}`,
      files: { "docs/note.md": "note\n" },
      message: "Note",
    });
    const after = await world.settled(issue, "promotable");
    expect(after.repository.owner).toBe("mona");
    expect(after.head).toBe(sha);
  });

  scenario("its owner, without the app: the run ends", async (world) => {
    const { issue } = await promotable(world);
    world.github.installation.transfer("widget", "mona", { as: "ada", installed: false });
    expect((await world.settled(issue, "cancelled")).state).toMatchObject({ why: "access_removed", by: "ada" });
  });

  scenario("it is archived: its runs end, and are shown when it is opened again", async (world) => {
    const { issue } = await promotable(world);
    await world.github.changeSettings({ as: "ada", archived: true });
    expect((await world.settled(issue, "cancelled")).state).toMatchObject({ why: "repository_archived", by: "ada" });
    await world.github.changeSettings({ as: "ada", archived: false });
    await world.drain();
    expect(await world.statusComment(issue)).toContain("archived");
  });

  scenario("it is deleted: its runs end, and nothing fails", async (world) => {
    const { issue } = await promotable(world);
    world.github.installation.deleteRepository("widget", "ada");
    expect((await world.settled(issue, "cancelled")).state).toMatchObject({ why: "repository_gone", by: "ada" });
  });

  scenario("its default branch: the run goes on against the branch it started from", async (world) => {
    const { issue, run } = await promotable(world);
    await world.github.pushRef("trunk", { as: "mona", sha: run.base?.sha ?? "" });
    await world.github.changeSettings({ as: "ada", default_branch: "trunk" });
    const after = await world.settled(issue, "promotable");
    expect([after.base?.branch, after.repository.defaultBranch]).toEqual(["main", "trunk"]);
  });

  scenario(
    "the base of a run is gone: it fails, and says so",
    async (world) => {
      world.agent.edits(GREET);
      world.agent.during("builder", async () => {
        const main = await world.github.branch("main");
        await world.github.pushRef("trunk", { as: "mona", sha: main ?? "" });
        await world.github.changeSettings({ as: "ada", default_branch: "trunk" });
        await world.github.deleteBranch("main", { as: "mona" });
      });
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({
        message: expect.stringContaining("base branch `main` was renamed or deleted"),
      });
      expect(await world.statusComment(issue)).toContain("base branch `main` was renamed or deleted");
    },
    // GitHub opens no pull request into a branch that is not there.
    { tolerant: true },
  );
});

describe("forks", () => {
  const FORKED = {
    repositories: [{ name: "widget", owner: "rita", forkOf: "acme/widget", files: {}, installed: true }],
  };

  scenario(
    "their pull requests run nothing: neither branch names, labels, reviews nor commands",
    async (world) => {
      const { issue, run } = await promotable(world);
      const fork = world.github.repository("rita/widget");
      const branch = `autonomous/${run.id}`;
      await fork.pushCommit({ as: "rita", branch, files: { "src/greet.js": "evil\n" }, message: "Evil" });
      const pull = await world.github.openPull({ as: "rita", head: `rita:${branch}`, title: "Mine" });
      await world.github.addLabel(pull.number, "autopack", { as: "bob" });
      await world.github.review(pull.number, { as: "bob", event: "APPROVE", body: "/autopack promote" });
      await world.comment(pull.number, "bob", "/autopack run");
      const after = await world.settled(issue, "promotable");
      expect(after.head).toBe(run.head);
      expect(after.approvals).toEqual([]);
      expect(await world.store.knex("runs").pluck("id")).toEqual([run.id]);
      const answers = await world.answers(pull.number);
      expect(answers.join("\n")).toMatch(/forks/);
      expect(after.pull?.number).not.toBe(pull.number);
    },
    FORKED,
  );
});
