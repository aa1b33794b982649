import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import { APPROVED, check, promotable, said } from "./shownChecks.ts";

describe("pull requests that are not Autopack's", () => {
  scenario("conclude at once, with one call a commit", async (world) => {
    const head = await world.github.pushCommit({ as: "bob", branch: "topic", files: { a: "a" }, message: "Mine" });
    const pull = await world.github.openPull({ as: "bob", head: "topic", title: "Mine", draft: true });
    await world.drain();
    expect(said(check(world, head, "promotion"))).toBe("success: Not an Autopack pull request");
    expect(world.github.checks(head)).toHaveLength(1);
    const writes = (): number =>
      world.github.calls({ kind: "rest" }).filter(({ path }) => path.endsWith("/check-runs")).length;
    expect(writes()).toBe(1);

    await world.github.setDraft(pull.number, false, { as: "bob" });
    await world.github.closePull(pull.number, { as: "bob" });
    await world.github.reopenPull(pull.number, { as: "bob" });
    await world.drain();
    expect(writes()).toBe(1);

    const next = await world.github.pushCommit({ as: "bob", branch: "topic", files: { b: "b" }, message: "More" });
    await world.drain();
    expect(said(check(world, next, "promotion"))).toBe("success: Not an Autopack pull request");
    world.github.rerequestCheck(check(world, next, "promotion").id, { as: "bob" });
    await world.drain();
    expect(said(check(world, next, "promotion"))).toMatch(/^success/);
  });

  scenario(
    "from forks as well, whatever their branch is called",
    async (world) => {
      const run = await promotable(world);
      const branch = `autonomous/${run.id}`;
      const fork = world.github.repository("rita/widget");
      const head = await fork.pushCommit({ as: "rita", branch, files: { "f.md": "f" }, message: "From outside" });
      await world.github.openPull({ as: "rita", head: `rita:${branch}`, title: "Please" });
      await world.drain();
      expect(said(check(world, head, "promotion"))).toBe("success: Not an Autopack pull request");
    },
    { repositories: [{ name: "widget", owner: "rita", forkOf: "acme/widget", files: {} }] },
  );

  scenario(
    "but none of them makes a run's commit green, before or after",
    async (world) => {
      const run = await promotable(world);
      await world.github.pushRef("copy", { as: "bob", sha: run.head ?? "" });
      await world.github.openPull({ as: "bob", head: "copy", title: "Round it" });
      await world.drain();
      expect(said(check(world, run.head, "promotion"))).toBe("action_required: Waiting for approval");

      const head = await world.github.pushCommit({
        as: "bob",
        branch: "copy",
        files: { "docs/b.md": "b\n" },
        message: "First elsewhere",
      });
      await world.drain();
      expect(said(check(world, head, "promotion"))).toMatch(/^success/);
      await world.github.pushRef(`autonomous/${run.id}`, { as: "bob", sha: head });
      const moved = await world.settled(run.request.issueNumber, "promotable");
      expect(moved.head).toBe(head);
      expect(said(check(world, head, "promotion"))).toBe("action_required: Waiting for approval");
    },
    APPROVED,
  );

  scenario("a commit pushed to a run that has ended is not called judged", async (world) => {
    const run = await promotable(world);
    await world.comment(run.request.issueNumber, "alice", "/autopack cancel");
    await world.settled(run.request.issueNumber, "cancelled");
    const head = await world.github.pushCommit({
      as: "bob",
      branch: `autonomous/${run.id}`,
      files: { "docs/c.md": "c\n" },
      message: "Late",
    });
    await world.drain();
    expect(said(check(world, head, "promotion"))).toBe("failure: The run has ended: nobody judges this commit");
  });
});

describe("merge groups", () => {
  scenario("of other pull requests pass", async (world) => {
    await world.github.pushCommit({ as: "bob", branch: "topic", files: { a: "a" }, message: "Mine" });
    const { number } = await world.github.openPull({ as: "bob", head: "topic", title: "Mine" });
    const sha = await world.github.formMergeGroup(number);
    await world.drain();
    expect(said(check(world, sha, "promotion"))).toBe("success: Not an Autopack pull request");
  });

  scenario(
    "of a run's pull request pass when its conditions are met",
    async (world) => {
      const run = await promotable(world);
      const number = run.pull?.number ?? 0;
      const early = await world.github.formMergeGroup(number);
      await world.drain();
      const refused = check(world, early, "promotion");
      expect(said(refused)).toBe("failure: Not ready to merge");
      expect(refused.summary).toContain("0 of 1 approvals of this head");

      await world.comment(number, "bob", "/autopack approve");
      await world.drain();
      await world.github.pushCommit({ as: "mona", branch: "main", files: { "x.md": "x" }, message: "Move the base" });
      await world.drain();
      const sha = await world.github.formMergeGroup(number);
      await world.drain();
      expect(said(check(world, sha, "promotion"))).toBe("success: Ready to merge");
    },
    APPROVED,
  );
});

describe("the configuration in a pull request", () => {
  scenario("is judged on its lines, and nothing of it is used", async (world) => {
    const wrong = "version: 1\nagents:\n  builder: { backend: command, comand: ['@acme/owners'] }\n";
    const head = await world.github.pushCommit({
      as: "bob",
      branch: "config",
      files: { ".github/autopack.yml": wrong },
      message: "Configure",
    });
    await world.github.openPull({ as: "bob", head: "config", title: "Configure" });
    await world.drain();
    const refused = check(world, head, "config");
    expect(said(refused)).toMatch(/^failure: \d+ problems? found$/);
    expect(refused.annotations.map(({ path, start_line: line }) => [path, line])).toContainEqual([
      ".github/autopack.yml",
      3,
    ]);
    expect(said(check(world, head, "promotion"))).toMatch(/^success/);

    const right = await world.github.pushCommit({
      as: "bob",
      branch: "config",
      files: {
        ".github/autopack.yml":
          "version: 1\nagents:\n  builder: { backend: command, command: 'true' }\naudit: { required: false }\n",
      },
      message: "Correct it",
    });
    await world.drain();
    expect(said(check(world, right, "config"))).toBe("success: The configuration is valid");

    const twice = await world.github.pushCommit({
      as: "bob",
      branch: "config",
      files: { ".github/autopack.yaml": "version: 1\n" },
      message: "And another",
    });
    await world.drain();
    expect(said(check(world, twice, "config"))).toBe("failure: 2 problems found");

    const none = await world.github.pushCommit({
      as: "bob",
      branch: "config",
      files: { ".github/autopack.yml": null, ".github/autopack.yaml": null, "other.md": "x" },
      message: "Neither",
    });
    await world.drain();
    expect(world.github.checks(none).map(({ name }) => name)).toEqual(["autopack/promotion"]);
  });
});
