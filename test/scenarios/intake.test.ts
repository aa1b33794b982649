import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };

scenario("a label by a reader is answered in one line and taken off", async (world) => {
  const issue = await world.labelIssue("autopack", { as: "tri" });
  await world.drain();
  const [answer = "", ...more] = await world.answers(issue);
  expect(more).toEqual([]);
  expect(answer).toMatch(/tri/);
  expect(answer).toMatch(/write/);
  expect(await world.github.labels(issue)).toEqual([]);
  expect(await world.store.knex("runs")).toEqual([]);
});

scenario("other labels, and labels on pull requests, mean nothing", async (world) => {
  await world.labelIssue("bug");
  const sha = await world.github.pushCommit({ as: "bob", branch: "topic", files: { "a.md": "a\n" }, message: "Topic" });
  const pull = await world.github.openPull({ as: "bob", head: "topic", title: "Topic" });
  await world.github.addLabel(pull.number, "autopack", { as: "bob" });
  await world.drain();
  expect(await world.store.knex("runs")).toEqual([]);
  expect(world.github.checks(sha)).toMatchObject([
    { name: "autopack/promotion", title: "Not an Autopack pull request" },
  ]);
});

describe("the configuration", () => {
  scenario(
    "is missing: nothing runs, and the answer brings a starter",
    async (world) => {
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ reason: "config_missing" });
      const comment = await world.statusComment(issue);
      expect(comment).toContain(".github/autopack.yml");
      expect(comment).toContain("version: 1");
      expect(await world.store.knex("attempts")).toEqual([]);
    },
    { config: null },
  );

  scenario(
    "is invalid: a check run shows the lines",
    async (world) => {
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ reason: "config_invalid" });
      const check = world.check(run.base?.sha ?? null, "autopack/config");
      expect(check).toMatchObject({ conclusion: "failure" });
      expect(check?.annotations).toEqual(
        expect.arrayContaining([expect.objectContaining({ path: ".github/autopack.yml", start_line: 2 })]),
      );
    },
    { config: null, files: { ".github/autopack.yml": "version: 1\nagent:\n  builder: {}\n" } },
  );

  scenario(
    "is there twice: nothing runs",
    async (world) => {
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "failed");
      expect(await world.statusComment(issue)).toMatch(/autopack\.yml.*autopack\.yaml/s);
    },
    { files: { ".github/autopack.yaml": "version: 1\n" } },
  );

  scenario(
    "is mended: the label works again",
    async (world) => {
      const issue = await world.openIssue();
      await world.github.addLabel(issue, "autopack", { as: "alice" });
      await world.settled(issue, "failed");
      await world.github.pushCommit({
        as: "mona",
        branch: "main",
        files: {
          ".github/autopack.yml":
            "version: 1\nagents:\n  builder: { backend: command, command: ['true'] }\naudit: { required: false }\n",
        },
        message: "Enroll",
      });
      await world.github.addLabel(issue, "autopack", { as: "alice" });
      await world.settled(issue, "no_changes");
    },
    { config: null },
  );
});

describe("the plan", () => {
  scenario("from an autopack block in the issue", async (world) => {
    world.agent.builds({ "1": [{ edits: { "one.md": "1\n" } }], "2": [{ edits: { "two.md": "2\n" } }] });
    const body =
      "Please.\n\n```yaml\nautopack:\n  tiers:\n    - title: First\n      phases:\n        - { title: One, files: [one.md], acceptance: [there is a one] }\n    - title: Second\n      phases:\n        - { title: Two, category: docs, depends_on: [One] }\n```\n";
    const issue = await world.labelIssue("autopack", { body });
    const run = await world.settled(issue, "promotable");
    expect(run.plan).toMatchObject({
      source: "issue_yaml",
      phases: [
        { tier: "First", title: "One" },
        { tier: "Second", category: "docs", dependsOn: [1] },
      ],
    });
  });

  scenario(
    "from Spec Kit's tasks.md, when the issue names the feature",
    async (world) => {
      world.agent.builds({
        "1": [{ edits: { "src/a.js": "export {};\n" } }],
        "2": [{ edits: { "src/b.js": "export {};\n" } }],
      });
      const issue = await world.labelIssue("autopack", { body: "Build specs/001-greeting, please." });
      const run = await world.settled(issue, "promotable");
      expect(run.plan?.source).toBe("tasks_md");
      expect(run.phases).toHaveLength(2);
    },
    {
      files: {
        "specs/001-greeting/tasks.md":
          "# Tasks\n\n## Phase 1: Setup\n\n- [ ] T001 Create src/a.js\n- [x] T002 Done already\n\n## Phase 2: More\n\n- [ ] T003 [P] Create src/b.js\n",
      },
    },
  );

  scenario("that cannot be followed is refused with the line", async (world) => {
    const body =
      "```yaml\nautopack:\n  phases:\n    - { title: One, depends_on: [Two] }\n    - { title: Two, depends_on: [One] }\n```\n";
    const issue = await world.labelIssue("autopack", { body });
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ reason: "plan_invalid" });
    expect(await world.statusComment(issue)).toMatch(/One.*Two|Two.*One/s);
  });

  scenario(
    "that is less ready than the configuration asks for is refused with what is missing",
    async (world) => {
      const issue = await world.labelIssue("autopack", { title: "Greet", body: "By name, please." });
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ reason: "plan_invalid" });
      expect(await world.statusComment(issue)).toMatch(/Phase 1, “Greet”, has \d+ points of 100\. Nothing tests it/);
    },
    { config: { plan: { min_readiness: 70 } } },
  );
});

scenario("two deliveries of one label start one run; two people at once do, too", async (world) => {
  world.agent.edits(GREET);
  const issue = await world.openIssue();
  world.github.webhooks.hold();
  await world.github.addLabel(issue, "autopack", { as: "alice" });
  const label = world.github.webhooks.held();
  await world.github.webhooks.release((held) => [...held, ...held]);
  await world.comment(issue, "bob", "/autopack run");
  await world.github.webhooks.release();
  await world.settled(issue, "promotable");
  expect(label.length).toBeGreaterThan(0);
  expect(await world.store.knex("runs").count<{ count: number }[]>("* as count")).toEqual([{ count: 1 }]);
});

scenario("an event nobody handles is stored and ignored", async (world) => {
  const star = { installationId: null, repositoryId: null, payload: { action: "created", starred_at: null } };
  world.github.webhooks.emit({ event: "star", action: "created", ...star });
  await world.drain();
  expect(await world.store.knex("deliveries").where({ event: "star" }).pluck("state")).toEqual(["ignored"]);
});
