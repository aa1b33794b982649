import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const AUTO_MERGE = { config: { promotion: { auto_merge: true } } };

describe("a label becomes a merged promotion pull request", () => {
  scenario(
    "by itself, where the configuration lets Autopack merge",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "promoted");

      const [pull, ...others] = await world.github.pulls();
      expect(others).toEqual([]);
      expect(pull).toMatchObject({
        merged: true,
        draft: false,
        base: { ref: "main" },
        head: { ref: `autonomous/${run.id}` },
      });
      expect(await world.github.file("main", "src/greet.js")).toBe(GREET["src/greet.js"]);
      const commit = (await world.github.log("main")).find(({ sha }) => sha === run.head);
      expect(commit?.trailers).toEqual({
        "Autopack-Run": run.id,
        "Autopack-Phase": `${run.id}.1`,
        "Autopack-Attempt": `${run.id}.1.1`,
      });
      expect(new Map(world.github.checks(run.head ?? "").map(({ name, conclusion }) => [name, conclusion]))).toEqual(
        new Map([
          ["autopack/audit", "success"],
          ["autopack/ci", "success"],
          ["autopack/preflight", "success"],
          ["autopack/promotion", "success"],
        ]),
      );
      expect(await world.github.branch(`autonomous/${run.id}`)).toBeUndefined();
      expect((await world.github.issue(issue)).state).toBe("closed");
      expect(await world.github.labels(issue)).toEqual(["autopack:done"]);
      expect(await world.statusComment(issue)).toContain(run.id);
      expect(await world.answers(issue)).toEqual([]);
    },
    AUTO_MERGE,
  );

  scenario("by a person, who merges what is promotable", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(await world.github.labels(issue)).toEqual(["autopack:running"]);
    await world.github.mergePull(run.pull?.number ?? 0, { as: "bob", method: "squash" });
    expect((await world.settled(issue, "promoted")).state).toMatchObject({ by: "bob" });
    expect(await world.github.branch(`autonomous/${run.id}`)).toBeUndefined();
  });

  scenario("or is given up by closing the pull request; the work stays", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    await world.github.closePull(run.pull?.number ?? 0, { as: "bob" });
    expect((await world.settled(issue, "cancelled")).state).toMatchObject({ by: "bob", why: "pull_request_closed" });
    expect(await world.github.branch(`autonomous/${run.id}`)).toBe(run.head);
  });
});

scenario(
  "two phases: the second sees the first's work, and each is one commit",
  async (world) => {
    world.agent.builds({
      "1": [{ edits: { "src/name.js": "export const name = 'world';\n" } }],
      "2": [
        {
          sh: "test -f src/name.js && printf \"import { name } from './name.js';\\nexport const greet = () => 'hello ' + name;\\n\" > src/greet.js",
        },
      ],
    });
    const issue = await world.labelIssue("autopack", { body: "- [ ] Name the world\n- [ ] Greet it by name\n" });
    const run = await world.settled(issue, "promoted");
    expect(run.plan?.source).toBe("task_list");
    const commits = (await world.github.log("main")).filter(({ trailers }) => "Autopack-Run" in trailers);
    expect(commits.map(({ subject, files }) => [subject, files])).toEqual([
      ["Greet it by name", ["src/greet.js"]],
      ["Name the world", ["src/name.js"]],
    ]);
    const rows = await world.store.knex("checkpoints").where({ run_id: run.id }).orderBy("phase_id").pluck("sha");
    expect(rows).toEqual(commits.map(({ sha }) => sha).toReversed());
  },
  AUTO_MERGE,
);

scenario("nothing to change: no branch, no pull request", async (world) => {
  world.agent.builds([{ print: "looked at it; all is well" }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "no_changes");
  expect(run.head).toBeNull();
  expect(await world.github.branches()).toEqual(["main"]);
  expect(await world.github.pulls()).toEqual([]);
  expect(await world.statusComment(issue)).toMatch(/nothing|no change/i);
});

scenario("a phase that changes nothing is skipped, and the others go on", async (world) => {
  world.agent.builds({ "1": [{}], "2": [{ edits: GREET }] });
  const issue = await world.labelIssue("autopack", { body: "- [ ] Nothing here\n- [ ] Greet\n" });
  const run = await world.settled(issue, "promotable");
  expect(run.phases.map(({ state }) => state.kind)).toEqual(["skipped", "complete"]);
});

describe("the base moves", () => {
  scenario(
    "while a phase is built: what is merged was tested together with it",
    async (world) => {
      world.agent.edits(GREET);
      world.agent.during("builder", async () => {
        await world.github.pushCommit({
          as: "bob",
          branch: "main",
          files: { "docs/news.md": "new\n" },
          message: "News",
        });
      });
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "promoted");
      const news = (await world.github.log("main")).find(({ subject }) => subject === "News");
      expect(run.verifiedBase).toBe(news?.sha);
      expect(await world.github.file("main", "docs/news.md")).toBe("new\n");
    },
    AUTO_MERGE,
  );

  scenario(
    "after the run was promotable: it is verified again, and a broken combination is not promotable",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "promotable");
      const test =
        "import test from 'node:test';\nimport assert from 'node:assert';\nimport { greet } from './greet.js';\ntest('terse', () => assert.equal(greet(), 'hello'));\n";
      await world.github.pushCommit({
        as: "bob",
        branch: "main",
        files: { "src/terse.test.js": test },
        message: "Be terse",
      });
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ reason: "requires_human_review" });
      expect(world.check(run.head, "autopack/ci")).toMatchObject({ conclusion: "failure" });
      expect(world.check(run.head, "autopack/promotion")?.conclusion).not.toBe("success");
    },
  );

  scenario("in conflict: a person is told where, and a push that mends it goes on by itself", async (world) => {
    world.agent.edits(GREET);
    world.agent.during("builder", async () => {
      await world.github.pushCommit({
        as: "bob",
        branch: "main",
        files: { "src/greet.js": "export const greet = () => 'good day';\n" },
        message: "Be formal",
      });
    });
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ message: expect.stringContaining("src/greet.js") });
    expect(await world.statusComment(issue)).toContain("src/greet.js");

    const branch = `autonomous/${run.id}`;
    const main = await world.github.branch("main");
    const merge = await mergeCommit(world, { branch, theirs: main ?? "", files: GREET });
    const after = await world.settled(issue, "promotable");
    expect(after.head).toBe(merge);
  });
});

/** A merge commit as a person would make it by hand, with the conflict settled. */
async function mergeCommit(
  world: World,
  merge: { branch: string; theirs: string; files: Record<string, string> },
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "autopack-merge-"));
  const url = `${world.github.origin.replace("://", `://x-access-token:${world.github.asUser("bob")}@`)}/acme/widget.git`;
  const git = execa({
    cwd: dir,
    env: {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "bob",
      GIT_AUTHOR_EMAIL: "b@x",
      GIT_COMMITTER_NAME: "bob",
      GIT_COMMITTER_EMAIL: "b@x",
    },
  });
  await git`git clone -q -b ${merge.branch} ${url} .`;
  await git`git merge -q -s ours --no-edit ${merge.theirs}`;
  await git`git push -q origin HEAD:${merge.branch}`;
  const { stdout } = await git`git rev-parse HEAD`;
  await rm(dir, { recursive: true });
  return stdout;
}
