import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const GITHUB = { config: { promotion: { auto_merge: "github", method: "squash" } } };
const QUEUE = { config: { promotion: { auto_merge: "queue" } } };

/** GitHub has something to wait for, so that a merge can be left to it. */
async function labelWithRequiredCheck(world: World, context: string): Promise<number> {
  world.agent.edits(GREET);
  const issue = await world.openIssue();
  await world.github.changeSettings({ as: "ada", allow_auto_merge: true });
  await world.github.protect("main", { required_status_checks: { contexts: [context] } });
  await world.github.addLabel(issue, "autopack", { as: "alice" });
  return issue;
}

async function isArmed(world: World): Promise<boolean> {
  const [pull] = await world.github.pulls();
  return pull?.auto_merge !== null && pull?.auto_merge !== undefined;
}

describe("GitHub's own auto-merge", () => {
  scenario(
    "is told once the run is promotable, waits for what GitHub waits for, and merges",
    async (world) => {
      const issue = await labelWithRequiredCheck(world, "external");
      const { head, state } = await world.settled(issue, "promotable");
      expect(state.kind).toBe("promotable");
      expect(await isArmed(world)).toBe(true);
      expect(await world.github.mergeWaiting()).toEqual([]);

      world.github.reportCheck({ sha: head ?? "", name: "external", conclusion: "success" });
      expect(await world.github.mergeWaiting()).toHaveLength(1);
      await world.settled(issue, "promoted");
    },
    GITHUB,
  );

  scenario(
    "with nothing to wait for, Autopack merges at once",
    async (world) => {
      await world.github.changeSettings({ as: "ada", allow_auto_merge: true });
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "promoted");
      expect((await world.github.log("main"))[0]?.subject).toMatch(/\(#2\)$/);
    },
    GITHUB,
  );

  scenario(
    "is taken back when somebody holds the run, and told again when it goes on; a cancelled run is not merged either",
    async (world) => {
      const issue = await labelWithRequiredCheck(world, "external");
      const { head } = await world.settled(issue, "promotable");
      await world.comment(issue, "bob", '/autopack hold reason="wait for Monday"');
      await world.drain();
      expect(await isArmed(world)).toBe(false);

      world.github.reportCheck({ sha: head ?? "", name: "external", status: "in_progress" });
      await world.comment(issue, "bob", "/autopack unhold");
      await world.drain();
      expect(await isArmed(world)).toBe(true);

      await world.comment(issue, "bob", "/autopack cancel");
      await world.settled(issue, "cancelled");
      expect(await isArmed(world)).toBe(false);
    },
    GITHUB,
  );

  scenario(
    "a push takes it back as well: it was told to merge another head",
    async (world) => {
      const issue = await labelWithRequiredCheck(world, "external");
      const { id } = await world.settled(issue, "promotable");
      world.hold("verify_run");
      await world.github.pushCommit({
        as: "bob",
        branch: `autonomous/${id}`,
        files: { "docs/by-hand.md": "me\n" },
        message: "By hand",
      });
      await world.drain();
      expect(await isArmed(world)).toBe(false);
      world.release();
      await world.settled(issue, "promotable");
      expect(await isArmed(world)).toBe(true);
    },
    GITHUB,
  );

  scenario(
    "whose answer is lost is read back, not told twice",
    async (world) => {
      const issue = await labelWithRequiredCheck(world, "external");
      world.hold("merge_pull");
      await world.drain();
      world.github.faults.add({ path: "/graphql", when: "after", status: 502 });
      const before = world.github.calls({ kind: "graphql" }).length;
      world.release();
      await world.settled(issue, "promotable");
      expect(world.github.faults.pending()).toEqual([]);
      expect(await isArmed(world)).toBe(true);
      // Told, and read back.
      expect(world.github.calls({ kind: "graphql" }).length - before).toBe(2);
    },
    { ...GITHUB, tolerant: true },
  );
});

describe("a merge queue", () => {
  scenario(
    "gets the pull request, and gives it back when somebody holds the run",
    async (world) => {
      world.github.addRuleset({ name: "queue", branches: ["main"], rules: [{ type: "merge_queue" }] });
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "promotable");
      await world.comment(issue, "bob", '/autopack hold reason="wait"');
      await world.drain();
      expect(await world.github.mergeWaiting()).toEqual([]);

      await world.comment(issue, "bob", "/autopack unhold");
      const { pull } = await world.settled(issue, "promotable");
      await world.github.dequeue(pull?.number ?? 0, { as: "mona" });
      await world.drain();
      expect((await world.run(issue)).mergeRefusal?.message).toContain("it left the merge queue (manual)");
      await world.comment(issue, "bob", "/autopack retry");
      await world.drain();
      expect(await world.github.mergeWaiting()).toHaveLength(1);
      await world.settled(issue, "promoted");
    },
    QUEUE,
  );
});

describe("races", () => {
  scenario("somebody merges while a gate runs: the run follows, and nothing is merged twice", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const { pull } = await world.settled(issue, "promotable");
    world.hold("verify_run");
    await world.github.pushCommit({ as: "bob", branch: "main", files: { "docs/news.md": "new\n" }, message: "News" });
    await world.drain();
    await world.github.mergePull(pull?.number ?? 0, { as: "bob" });
    world.release();
    const { state } = await world.settled(issue, "promoted");
    expect(state).toMatchObject({ sha: await world.github.branch("main") });
    expect(world.github.calls({ method: "PUT" }).filter(({ path }) => path.endsWith("/merge"))).toEqual([]);
  });

  scenario(
    "the answer to Autopack's own merge is lost: it finds that it has merged",
    async (world) => {
      world.github.faults.add({ method: "PUT", path: /\/merge$/, when: "after" });
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "promoted");
      const merges = world.github.calls({ method: "PUT" }).filter(({ path }) => path.endsWith("/merge"));
      expect(merges).toHaveLength(1);
    },
    { config: { promotion: { auto_merge: true } }, tolerant: true },
  );
});

describe("reverts", () => {
  scenario(
    "of a merged run are noted in its history; a message that git does not bear out is not",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const { id, state } = await world.settled(issue, "promoted");
      const merged = state.kind === "promoted" ? state.sha : "";
      const said = `Revert "Greet"\n\nThis reverts commit ${merged}.`;
      await world.github.pushCommit({ as: "bob", branch: "main", files: { "docs/x.md": "x\n" }, message: said });
      await world.drain();
      expect((await world.run(issue)).reverted).toBeNull();

      const files = { "src/greet.js": "export const greet = () => 'hello';\n" };
      const sha = await world.github.pushCommit({ as: "mona", branch: "main", files, message: said });
      await world.drain();
      expect((await world.run(issue)).reverted).toEqual({ sha, by: "mona" });
      expect(await world.events(id)).toContain("reverted");
    },
    { config: { promotion: { auto_merge: true } } },
  );
});
