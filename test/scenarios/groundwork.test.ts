import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const CI = ".github/workflows/ci.yml";

describe("ground that a run could not end well on: nothing is begun, and it says what to do", () => {
  scenario("a permission that the installation lacks", async (world) => {
    world.github.installation.grant({ contents: "write", issues: "write", pull_requests: "write", checks: "read" });
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ reason: "environment" });
    expect(await world.github.branches()).toEqual(["main"]);
    expect(await world.statusComment(issue)).toMatch(/checks: write.*accept it where the app is installed/s);

    // Granted since: the token in use does not know it, and the next one does.
    world.github.installation.grant({ contents: "write", issues: "write", pull_requests: "write", checks: "write" });
    await world.comment(issue, "alice", "/autopack run");
    await world.settled(issue, "no_changes");
  });

  scenario(
    "rules for the branches of runs, and a method that the base does not take",
    async (world) => {
      const lift = world.github.addRuleset({
        name: "signed",
        branches: ["~ALL"],
        rules: [
          { type: "required_signatures" },
          { type: "pull_request", parameters: { allowed_merge_methods: ["squash"] } },
        ],
      });
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ reason: "environment" });
      const comment = await world.statusComment(issue);
      expect(comment).toMatch(/required_signatures.*autonomous/s);
      expect(comment).toMatch(/cannot be merged by .*merge.*squash/s);
      expect(world.github.calls({ kind: "git" }).some(({ path }) => path.endsWith("git-receive-pack"))).toBe(false);

      lift();
      world.github.addRuleset({
        name: "signed",
        branches: ["autonomous/**"],
        rules: [{ type: "required_signatures" }],
        bypassedByApp: true,
      });
      await world.store.knex("host_facts").update({ read_at: new Date(0) });
      await world.comment(issue, "alice", "/autopack run");
      await world.settled(issue, "no_changes");
    },
    { config: { promotion: { auto_merge: true } } },
  );

  scenario(
    "a check that is waited for and whose workflow does not start; the configuration alone is to blame for a missing queue",
    async (world) => {
      const issue = await world.openIssue();
      const asked = await world.comment(issue, "tri", "/autopack plan");
      await world.drain();
      const [answer = ""] = await world.answers(issue);
      expect(answer).toMatch(/would not be begun/);
      expect(answer).toMatch(/unit.*does not start on Autopack's pushes/s);
      expect(answer).toMatch(/has no merge queue/);
      expect(world.reactions(asked)).toContain("+1");
      expect(await world.store.knex("runs")).toEqual([]);
    },
    {
      config: { promotion: { auto_merge: "queue" }, ci: { normal: ["true", { check: "unit" }] } },
      files: { [CI]: "on: { push: { branches: [main] } }\njobs: { unit: { runs-on: x } }\n" },
    },
  );
});

scenario(
  "good ground is kept with the run: rules, owners of what has changed; asked for once in ten minutes",
  async (world) => {
    world.agent.edits({ "src/greet.js": "export const greet = () => 'hi';\n" });
    const issue = await world.openIssue();
    const other = await world.github.createIssue({ as: "alice", title: "Another" });
    await world.github.protect("main", { required_status_checks: { contexts: ["autopack/promotion"] } });
    await world.github.addLabel(issue, "autopack", { as: "alice" });
    const run = await world.settled(issue, "promotable");
    expect(run.ground).toMatchObject({ rules: { requiredChecks: ["autopack/promotion"] }, notes: [] });
    const asked = () =>
      world.github.calls({ kind: "rest" }).filter(({ path }) => path.includes("/rules/branches/")).length;
    expect(asked()).toBe(1);
    await world.comment(other.number, "tri", "/autopack plan");
    await world.drain();
    expect(asked()).toBe(1);
  },
  { files: { "docs/CODEOWNERS": "* @acme/all\n/src/ @bob\n" } },
);

describe("wishes", () => {
  scenario(
    "another base, another Builder, strictly: frozen in the run",
    async (world) => {
      const issue = await world.openIssue();
      await world.github.pushCommit({ as: "bob", branch: "next", files: { "next.md": "next\n" }, message: "Next" });
      await world.comment(issue, "bob", "/autopack run base=next agent=plain profile=strict");
      const run = await world.settled(issue, "promotable");
      expect(run.base?.branch).toBe("next");
      expect(run.settings?.builder.command).toEqual(["sh", "-c", "to=plain; echo plain > $to.md"]);
      expect(run.strategy?.categories["docs"]).toMatchObject({ ciProfile: "strict" });
      const [pull] = await world.github.pulls();
      expect(pull?.base.ref).toBe("next");
    },
    {
      config: { agents: { alternatives: { plain: { backend: "command", command: "to=plain; echo plain > $to.md" } } } },
    },
  );

  scenario("what there is not is refused, with what there is", async (world) => {
    const issue = await world.openIssue();
    await world.comment(issue, "bob", "/autopack run agent=quick");
    expect((await world.settled(issue, "failed")).state).toMatchObject({
      reason: "plan_invalid",
      message: expect.stringContaining("no agent `quick`"),
    });
    await world.comment(issue, "bob", "/autopack run base=gone");
    expect((await world.settled(issue, "failed")).state).toMatchObject({
      reason: "plan_invalid",
      message: expect.stringContaining("`gone`, which the repository does not have"),
    });
  });
});
