import { expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const TWO = { body: "- [ ] Greet\n- [ ] Tell\n" };

scenario(
  "a person pushes to the integration branch while a phase runs: both land, and what is judged is both",
  async (world) => {
    world.agent.builds({ "1": [{ edits: GREET }], "2": [{ edits: { "docs/tell.md": "told\n" } }] });
    const issue = await world.labelIssue("autopack", TWO);
    world.hold("build_phase");
    await world.drain();
    await world.step("build_phase");
    await world.drain();
    const { id, head } = await world.run(issue);
    world.agent.during("builder", async () => {
      await world.github.pushCommit({
        as: "bob",
        branch: `autonomous/${id}`,
        files: { "docs/by-hand.md": "me\n" },
        message: "By hand",
      });
    });
    world.release();
    const run = await world.settled(issue, "promotable");

    const subjects = (await world.github.log(`autonomous/${id}`)).map(({ subject }) => subject);
    expect(subjects.slice(0, 3)).toEqual(["Tell", "By hand", "Greet"]);
    expect(run.foreignCommits).toBe(1);
    expect(run.head).not.toBe(head);
    expect(world.check(run.head, "autopack/audit")?.title).toMatch(/1 .*not audited/);
    expect(await world.github.pulls()).toHaveLength(1);
  },
);

scenario("a push that conflicts with the phase at work: the phase is built again on the new head", async (world) => {
  world.agent.builds({
    "1": [{ edits: { "a.md": "a\n" } }],
    "2": [{ sh: "printf 'agent %s\\n' \"$(cat README.md)\" > README.md" }],
  });
  const issue = await world.labelIssue("autopack", TWO);
  world.hold("check_phase");
  await world.drain();
  await world.step("check_phase");
  await world.drain();
  const { id } = await world.run(issue);
  await world.github.pushCommit({
    as: "bob",
    branch: `autonomous/${id}`,
    files: { "README.md": "# by hand\n" },
    message: "By hand",
  });
  world.release();
  const run = await world.settled(issue, "promotable");
  expect(await world.github.file(run.head ?? "", "README.md")).toBe("agent # by hand\n");
  expect(await world.events(id)).toContain("candidate_conflicted");
});

scenario("a push after the run was promotable has the gates run again on the new head", async (world) => {
  world.agent.edits(GREET);
  const issue = await world.labelIssue("autopack");
  const { id } = await world.settled(issue, "promotable");
  const sha = await world.github.pushCommit({
    as: "bob",
    branch: `autonomous/${id}`,
    files: { "src/greet.js": "export const greet = () => '';\n" },
    message: "Break it",
  });
  const run = await world.settled(issue, "failed");
  expect(run.head).toBe(sha);
  expect(world.check(sha, "autopack/ci")).toMatchObject({ conclusion: "failure" });
  expect(world.check(sha, "autopack/promotion")).toMatchObject({ conclusion: "failure" });

  await world.github.pushCommit({ as: "bob", branch: `autonomous/${id}`, files: GREET, message: "Mend it" });
  await world.settled(issue, "promotable");
});

scenario(
  "a force-push takes the run's commits away: a person is asked, and pushing them back goes on",
  async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const before = await world.settled(issue, "promotable");
    const branch = `autonomous/${before.id}`;
    await world.github.pushCommit({
      as: "bob",
      branch,
      files: { "x.md": "x\n" },
      message: "Start over",
      parent: "main",
      force: true,
    });
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({
      reason: "requires_human_review",
      message: expect.stringContaining("force-pushed"),
    });
    await world.github.pushRef(branch, { as: "bob", sha: before.head ?? "", force: true });
    await world.comment(issue, "bob", "/autopack retry");
    await world.settled(issue, "promotable");
  },
);

scenario("a deleted integration branch ends the run with its pull request", async (world) => {
  world.agent.edits(GREET);
  const issue = await world.labelIssue("autopack");
  const { id } = await world.settled(issue, "promotable");
  await world.github.deleteBranch(`autonomous/${id}`, { as: "bob" });
  await world.settled(issue, "cancelled");
});
