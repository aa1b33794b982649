import { resolve } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { describe, expect } from "vitest";
import type { Sha } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import { steerRun } from "../../src/engine/steerRun.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

interface PhaseOfPlan {
  readonly title: string;
  readonly files?: readonly string[];
  readonly depends_on?: readonly string[];
}

function plan(...tiers: readonly (readonly PhaseOfPlan[])[]): { readonly body: string } {
  const listed = tiers.map((phases, index) => ({ title: `Part ${index + 1}`, phases }));
  return { body: `\`\`\`yaml\n${stringify({ autopack: { tiers: listed } })}\`\`\`\n` };
}

function statesOf(run: Run): readonly string[] {
  return run.phases.map(({ state }) => state.kind);
}

async function subjectsOf(world: World, run: Run): Promise<readonly string[]> {
  return (await world.github.log(`autonomous/${run.id}`)).map(({ subject }) => subject);
}

const THREE = plan([
  { title: "One", files: ["docs/one.md"] },
  { title: "Two", files: ["docs/two.md"] },
  { title: "Three", files: ["docs/three.md"] },
]);

scenario(
  "phases that touch different files are built side by side from one head, and land one at a time",
  async (world) => {
    world.agent.builds({
      "1": [{ edits: { "docs/one.md": "1\n" } }],
      "2": [{ edits: { "docs/two.md": "2\n" } }],
      "3": [{ edits: { "docs/three.md": "3\n" } }],
    });
    const issue = await world.labelIssue("autopack", THREE);
    world.hold("build_phase");
    await world.drain();
    const waiting = await world.run(issue);
    expect(waiting.waves).toMatchObject([{ number: 1, state: "running", phases: [1, 2, 3], base: waiting.base?.sha }]);
    expect(waiting.phases.map(({ attempt }) => attempt?.base)).toEqual(Array(3).fill(waiting.base?.sha));

    world.release();
    const run = await world.settled(issue, "promotable");
    expect(await subjectsOf(world, run)).toHaveLength(3 + (await world.github.log("main")).length);
    expect(run.waves).toMatchObject([{ state: "completed" }]);
    expect(run.tiers).toMatchObject([{ state: "complete", cleanliness: "clean" }]);
    for (const file of ["one", "two", "three"])
      expect(await world.github.file(run.head ?? "", `docs/${file}.md`)).not.toBeNull();
    const { rows } = await world.store.knex.raw("select landing from checkpoints order by landing");
    expect(rows).toEqual([{ landing: 1 }, { landing: 2 }, { landing: 3 }]);
  },
);

function appends(word: string): { readonly sh: string } {
  return { sh: `printf '%s ${word}\\n' "$(cat README.md)" > README.md` };
}

scenario("side by side but in each other's way: the second is built again on the new head", async (world) => {
  world.agent.builds({ "1": [appends("one")], "2": [appends("two")] });
  const issue = await world.labelIssue(
    "autopack",
    plan([
      { title: "One", files: ["docs/one.md"] },
      { title: "Two", files: ["docs/two.md"] },
    ]),
  );
  const run = await world.settled(issue, "promotable");
  expect(await world.events(run.id)).toContain("candidate_conflicted");
  expect(await world.github.file(run.head ?? "", "README.md")).toBe("# widget one two\n");
  expect(run.phases.map(({ retryAttempt, interruptions }) => [retryAttempt, interruptions])).toEqual([
    [0, 0],
    [0, 1],
  ]);
});

scenario(
  "side by side, and both make the same change: it lands once, and the second phase has nothing to do",
  async (world) => {
    world.agent.builds([{ edits: { "docs/same.md": "same\n" } }]);
    const issue = await world.labelIssue(
      "autopack",
      plan([
        { title: "One", files: ["docs/one.md"] },
        { title: "Two", files: ["docs/two.md"] },
      ]),
    );
    const run = await world.settled(issue, "promotable");
    expect(statesOf(run)).toEqual(["complete", "skipped"]);
    expect(run.phases[1]?.state).toMatchObject({ cause: "unchanged", reason: expect.stringContaining("already") });
    expect((await subjectsOf(world, run)).slice(0, 2)).toEqual(["One", "Configure Autopack"]);
    expect(await world.store.knex("checkpoints")).toHaveLength(1);
  },
);

scenario(
  "what is green alone but not together is found on the rebased tree, and mended",
  async (world) => {
    world.agent.builds({
      "1": [{ edits: { "docs/one.md": "1\n" } }],
      "2": [{ edits: { "docs/two.md": "2\n" } }, { edits: { "docs/two.md": "2\n", "docs/both.md": "both\n" } }],
    });
    const issue = await world.labelIssue(
      "autopack",
      plan([
        { title: "One", files: ["docs/one.md"] },
        { title: "Two", files: ["docs/two.md"] },
      ]),
    );
    const run = await world.settled(issue, "promotable");
    expect(run.phases.map(({ retryAttempt }) => retryAttempt)).toEqual([0, 1]);
    expect(await world.github.file(run.head ?? "", "docs/both.md")).toBe("both\n");
  },
  { config: { preflight: ["test ! -f docs/one.md || test ! -f docs/two.md || test -f docs/both.md"] } },
);

scenario(
  "a failed phase leaves out what depends on it, with the reason; everything else goes on, and retry takes it up",
  async (world) => {
    world.agent.builds({
      "1": [{ exit: 1, print: "no idea" }],
      "2": [{ edits: { "docs/two.md": "2\n" } }],
      "3": [{ edits: { "docs/three.md": "3\n" } }],
      "4": [{ edits: { "docs/four.md": "4\n" } }],
    });
    const issue = await world.labelIssue(
      "autopack",
      plan(
        [
          { title: "One", files: ["docs/one.md"] },
          { title: "Two", files: ["docs/two.md"] },
        ],
        [
          { title: "Three", files: ["docs/three.md"], depends_on: ["One"] },
          { title: "Four", files: ["docs/four.md"], depends_on: ["Two"] },
        ],
      ),
    );
    const failed = await world.settled(issue, "failed");
    expect(statesOf(failed)).toEqual(["failed", "complete", "skipped", "complete"]);
    expect(failed.phases[2]?.state).toMatchObject({ cause: "dependency", reason: "phase 1, “One”, failed" });
    expect(failed.tiers).toMatchObject([{ state: "failed", cleanliness: "not_clean" }, { state: "complete" }]);
    const comment = await world.statusComment(issue);
    expect(comment).toContain("skipped: phase 1, “One”, failed");
    expect(comment).toContain("no idea");

    await world.comment(issue, "alice", "/autopack retry");
    const run = await world.settled(issue, "failed");
    expect(run.phases[0]?.pastAttempts.length).toBeGreaterThan(3);
  },
);

describe("rollback", () => {
  scenario("to a checkpoint: what landed after it leaves the branch and is built again, once", async (world) => {
    world.agent.builds({ "1": [{ edits: { "docs/one.md": "1\n" } }], "2": [{ edits: { "docs/two.md": "2\n" } }] });
    const issue = await world.labelIssue("autopack", plan([{ title: "One" }, { title: "Two" }]));
    const before = await world.settled(issue, "promotable");
    const first = before.phases[0]?.state;
    if (first?.kind !== "complete") throw new Error("phase 1 has not landed");

    const spent = before.phases[1]?.pastAttempts.length ?? 0;
    await rollBack(world, before, first.sha);
    world.hold("build_phase");
    await world.drain();
    const back = await world.run(issue);
    expect(back).toMatchObject({ head: first.sha, rollback: null, state: { kind: "building" } });
    expect((await subjectsOf(world, back)).slice(0, 1)).toEqual(["One"]);

    world.release();
    const run = await world.settled(issue, "promotable");
    expect((await subjectsOf(world, run)).slice(0, 2)).toEqual(["Two", "One"]);
    expect(run.phases[1]?.pastAttempts.length).toBeGreaterThan(spent);
    expect(await world.github.pulls()).toHaveLength(1);
  });

  scenario("a push that came in between is nobody's to throw away", async (world) => {
    world.agent.builds({ "1": [{ edits: { "docs/one.md": "1\n" } }], "2": [{ edits: { "docs/two.md": "2\n" } }] });
    const issue = await world.labelIssue("autopack", plan([{ title: "One" }, { title: "Two" }]));
    const before = await world.settled(issue, "promotable");
    const first = before.phases[0]?.state;
    if (first?.kind !== "complete") throw new Error("phase 1 has not landed");
    await rollBack(world, before, first.sha);
    await world.github.pushCommit({
      as: "bob",
      branch: `autonomous/${before.id}`,
      files: { "by-hand.md": "me\n" },
      message: "By hand",
    });
    const run = await world.settled(issue, "failed");
    expect(run.rollback).toBeNull();
    expect((await subjectsOf(world, run)).slice(0, 3)).toEqual(["By hand", "Two", "One"]);
    expect(await world.statusComment(issue)).toContain("nothing was rolled back");
  });
});

/** By the command line, as an operator does. */
async function rollBack(world: World, run: Run, to: Sha): Promise<void> {
  const args = [resolve("src/cli/autopack.js"), "runs", "rollback", run.id, "--to", to];
  const env = { PATH: process.env["PATH"] ?? "", DATABASE_URL: world.store.url };
  const { stdout } = await execa(process.execPath, args, { env, extendEnv: false });
  expect(stdout).toContain(`goes back to ${to.slice(0, 7)}`);
}

describe("held", () => {
  scenario("a held run starts nothing new, and goes on where it was", async (world) => {
    world.agent.builds({ "1": [{ edits: { "docs/one.md": "1\n" } }], "2": [{ edits: { "docs/two.md": "2\n" } }] });
    const issue = await world.labelIssue("autopack", plan([{ title: "One" }, { title: "Two" }]));
    world.hold("build_phase");
    await world.drain();
    const { id } = await world.run(issue);
    await steer(world, id, { kind: "hold", how: "hold", by: "cli:mona", reason: "wait for the release" });
    world.release();
    await world.drain();
    const held = await world.run(issue);
    expect(held).toMatchObject({ state: { kind: "building" }, hold: { kind: "person", by: "cli:mona" } });
    expect(held.phases[0]?.attempt).toMatchObject({ state: "pending" });
    expect(await world.statusComment(issue)).toContain("→ `/autopack unhold`");
    await steer(world, id, { kind: "resume", by: "cli:mona", extra: {}, lifts: null });
    const run = await world.settled(issue, "promotable");
    expect(statesOf(run)).toEqual(["complete", "complete"]);
  });
});

async function steer(world: World, id: Run["id"], command: Parameters<typeof steerRun>[2]["command"]): Promise<void> {
  await steerRun(world.store, id, {
    command,
    heard: async (_, steering) => expect(steering).toMatchObject({ kind: "accepted" }),
  });
}
