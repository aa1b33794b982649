import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const POLITE = { "src/greet.js": "export const greet = (name = 'you') => `good day ${name}`;\n" };
const NOTE = { "docs/note.md": "note\n" };
const AUTO_MERGE = { config: { promotion: { auto_merge: true } } };

async function hears(world: World): Promise<void> {
  await world.github.settled();
  while (await world.step("handle_delivery"));
}

scenario(
  "cancel during a push: whether or not the commit arrived, the run is over, and nothing opens or merges",
  async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    world.hold("integrate_phase");
    await world.drain();
    const { id } = await world.run(issue);
    const receive = "/acme/widget.git/git-receive-pack";
    // The push takes effect; its answer is lost while somebody cancels.
    world.github.faults.add({ path: receive, method: "POST", when: "after" });
    await world.step("integrate_phase");
    await world.comment(issue, "bob", "/autopack cancel");
    await hears(world);
    world.release();
    const run = await world.settled(issue, "cancelled");
    expect(world.github.faults.pending()).toEqual([]);
    expect(await world.github.branch(`autonomous/${id}`)).toBeDefined();
    expect(await world.github.pulls()).toEqual([]);
    expect(run.state).toMatchObject({ by: "bob", why: "command" });
  },
  { ...AUTO_MERGE, tolerant: true },
);

describe("a command while the run ends", () => {
  for (const order of ["before", "after"] as const) {
    scenario(`is heard ${order} the merge: the run is promoted, and the command is answered`, async (world) => {
      world.agent.builds({ "1": [{ edits: GREET }], "*": [{ edits: POLITE }] });
      const issue = await world.labelIssue("autopack");
      const { pull, id } = await world.settled(issue, "promotable");
      world.github.webhooks.hold();
      await world.github.mergePull(pull?.number ?? 0, { as: "mona" });
      const asked = await world.comment(pull?.number ?? 0, "bob", "/autopack fix be polite");
      await world.github.webhooks.release((held) => {
        const comment = held.filter(({ event }) => event === "issue_comment");
        const rest = held.filter(({ event }) => event !== "issue_comment");
        return order === "before" ? [...comment, ...rest] : [...rest, ...comment];
      });
      await world.github.webhooks.release();
      await hears(world);
      const run = await world.settled(issue, "promoted");
      expect(world.reactions(asked)).toEqual(["eyes", order === "before" ? "+1" : "-1"]);
      expect(await world.github.pulls()).toHaveLength(1);
      expect(await world.github.branch(`autonomous/${id}`)).toBeUndefined();
      expect(run.phases.filter(({ state }) => state.kind === "complete")).toHaveLength(1);
    });
  }
});

scenario(
  "a push during the merge: what was not judged is not merged; it is judged, then merged",
  async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    world.hold("merge_pull");
    const { id, head } = await world.settled(issue, "promotable");
    world.github.webhooks.hold();
    const sha = await world.github.pushCommit({ as: "bob", branch: `autonomous/${id}`, files: NOTE, message: "Note" });
    world.release();
    // The push has not been heard of: GitHub itself refuses to merge another head than was judged.
    await world.step("merge_pull");
    expect((await world.github.pulls())[0]?.merged).toBe(false);
    await world.github.webhooks.release();
    const run = await world.settled(issue, "promoted");
    expect(run.head).toBe(sha);
    expect(head).not.toBe(sha);
    expect(world.check(sha, "autopack/promotion")).toMatchObject({ conclusion: "success" });
  },
  AUTO_MERGE,
);

scenario("a push while a revision is built: the revision lands on it, and the gates run on both", async (world) => {
  world.agent.builds({ "1": [{ edits: GREET }], "*": [{ edits: POLITE }] });
  const issue = await world.labelIssue("autopack");
  const { id, pull } = await world.settled(issue, "promotable");
  world.agent.during("builder", async () => {
    await world.github.pushCommit({ as: "bob", branch: `autonomous/${id}`, files: NOTE, message: "Note" });
    await hears(world);
    await world.step("watch_head");
  });
  await world.comment(pull?.number ?? 0, "bob", "/autopack fix be polite");
  const run = await world.settled(issue, "promotable");
  const subjects = (await world.github.log(`autonomous/${id}`)).map(({ subject }) => subject).slice(0, 3);
  expect(subjects).toEqual([expect.stringContaining("be polite"), "Note", expect.any(String)]);
  expect(await world.github.file(run.head ?? "", "docs/note.md")).toBe(NOTE["docs/note.md"]);
  expect(world.check(run.head, "autopack/ci")).toMatchObject({ conclusion: "success" });
});
