import { expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const MINUTE = 60_000;

function waitingFor(...checks: readonly (string | object)[]): { readonly config: object } {
  return { config: { ci: { normal: ["node --test", ...checks] } } };
}

/** A run whose commands have passed, and the commit on which it waits for the rest. */
async function awaiting(world: World): Promise<{ readonly issue: number; readonly sha: string }> {
  world.agent.edits(GREET);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "verifying");
  expect(run.awaiting?.head).toBe(run.head);
  return { issue, sha: run.head ?? "" };
}

async function looks(world: World): Promise<number> {
  const calls = world.github.calls({ kind: "rest" });
  return calls.filter(({ path }) => path.endsWith("/check-runs") && path.includes("/commits/")).length;
}

scenario(
  "the repository's own CI is waited for, and looked at when a webhook says that it ended",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    expect(await world.statusComment(issue)).toContain("waiting for `build`");
    expect(await world.statusComment(issue)).toMatch(
      /\*\*CI:\*\* waiting for `build` since \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    );
    expect(world.check(sha, "autopack/ci")).toMatchObject({ status: "in_progress" });

    world.github.reportCheck({ sha, name: "build" });
    await world.settled(issue, "verifying");
    world.github.reportCheck({ sha, name: "build", conclusion: "success" });
    await world.settled(issue, "promotable");
    expect(world.check(sha, "autopack/ci")).toMatchObject({
      conclusion: "success",
      title: expect.stringContaining("1 step and 1 check passed"),
    });
    expect(world.check(sha, "autopack/promotion")).toMatchObject({ conclusion: "success" });
  },
  waitingFor({ check: "build" }),
);

scenario(
  "CI that fails fails the run, with what it said; run again, it is green, and the run goes on",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    world.github.reportCheck({ sha, name: "build", conclusion: "failure", title: "2 of 7 tests failed" });
    const { state } = await world.settled(issue, "failed");
    expect(state).toMatchObject({
      reason: "requires_human_review",
      message: expect.stringContaining("“build” failed"),
    });
    expect(await world.statusComment(issue)).toContain("2 of 7 tests failed");
    expect(world.check(sha, "autopack/ci")).toMatchObject({ conclusion: "failure" });

    world.github.reportCheck({ sha, name: "build", conclusion: "success" });
    const { pull } = await world.run(issue);
    await world.comment(pull?.number ?? 0, "bob", "/autopack ci");
    await world.settled(issue, "promotable");
  },
  waitingFor({ check: "build" }),
);

scenario(
  "a matrix by its glob: all of it, also what begins later, and statuses as well; Autopack's own checks never",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    world.github.reportCheck({ sha, name: "build (20)", conclusion: "success", moreToCome: true });
    await world.github.reportStatus({ as: "mona", sha, context: "legacy/ci", state: "pending" });
    await world.settled(issue, "verifying");
    await world.github.reportStatus({ as: "mona", sha, context: "legacy/ci", state: "success" });
    await world.settled(issue, "verifying");
    world.github.reportCheck({ sha, name: "build (22)", moreToCome: true });
    world.github.reportCheck({ sha, name: "build (22)", conclusion: "success" });
    await world.settled(issue, "promotable");
    expect(world.check(sha, "autopack/ci")?.title).toContain("1 step and 3 checks passed");
  },
  waitingFor({ check: "*" }),
);

scenario(
  "cancelled in favour of a newer run is no verdict; cancelled by somebody is red, and says what helps",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    world.hold("await_ci");
    world.github.reportCheck({ sha, name: "build", conclusion: "cancelled" });
    world.github.reportCheck({ sha, name: "build" });
    await world.drain();
    world.release();
    await world.settled(issue, "verifying");
    world.github.reportCheck({ sha, name: "build", conclusion: "cancelled" });
    await world.settled(issue, "failed");
    expect(await world.statusComment(issue)).toMatch(/was cancelled.*\n+.*run it again at GitHub/);
  },
  waitingFor({ check: "build" }),
);

scenario(
  "what GitHub gives up as stale is red",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    world.github.reportCheck({ sha, name: "build", conclusion: "stale" });
    const { state } = await world.settled(issue, "failed");
    expect(state).toMatchObject({ message: expect.stringContaining("given up as stale") });
  },
  waitingFor({ check: "build" }),
);

scenario(
  "CI that never begins is missing, with the likely causes; one that hangs runs out of time",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    world.github.reportCheck({ sha, name: "lint" });
    world.pass(9 * MINUTE);
    await world.step("await_ci");
    await world.settled(issue, "verifying");
    world.pass(MINUTE);
    await world.step("await_ci");
    await world.settled(issue, "failed");
    expect(await world.statusComment(issue)).toContain("CI is missing: nothing named “build” has begun");
    expect(await world.statusComment(issue)).toContain("autonomous/**");

    world.github.reportCheck({ sha, name: "build" });
    await world.comment(issue, "bob", "/autopack retry");
    await world.settled(issue, "verifying");
    world.pass(20 * MINUTE);
    await world.step("await_ci");
    const { state } = await world.settled(issue, "failed");
    expect(state).toMatchObject({ message: expect.stringContaining("did not end in time") });
  },
  waitingFor({ check: "build", timeout_minutes: 20 }, { check: "lint", timeout_minutes: 20 }),
);

scenario(
  "a push while CI is awaited: the old commit's CI says nothing any more, and the new one's is waited for",
  async (world) => {
    const { issue, sha: old } = await awaiting(world);
    const { id } = await world.run(issue);
    const sha = await world.github.pushCommit({
      as: "bob",
      branch: `autonomous/${id}`,
      files: { "docs/more.md": "more\n" },
      message: "By hand",
    });
    await world.settled(issue, "verifying");
    world.github.reportCheck({ sha: old, name: "build", conclusion: "success" });
    const run = await world.settled(issue, "verifying");
    expect(run.awaiting?.head).toBe(sha);
    world.github.reportCheck({ sha, name: "build", conclusion: "success" });
    await world.settled(issue, "promotable");
  },
  waitingFor({ check: "build" }),
);

scenario(
  "the base moves while CI is awaited: what CI then says is not the last word, the commands run again with the new base",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    const files = { "src/greet.test.js": "throw new Error('the base is broken');\n" };
    await world.github.pushCommit({ as: "mona", branch: "main", files, message: "Break the tests" });
    await world.settled(issue, "verifying");
    world.github.reportCheck({ sha, name: "build", conclusion: "success" });
    const { state } = await world.settled(issue, "failed");
    expect(state).toMatchObject({ message: expect.stringContaining("exited with 1") });
  },
  waitingFor({ check: "build" }),
);

scenario(
  "many webhooks at once are one look; without any, looks come by themselves, and only one waits",
  async (world) => {
    const { issue, sha } = await awaiting(world);
    world.hold("await_ci");
    for (const name of ["a", "b", "c", "d"]) world.github.reportCheck({ sha, name, conclusion: "success" });
    await world.drain();
    const before = await looks(world);
    world.release();
    await world.drain();
    expect((await looks(world)) - before).toBe(1);

    for (let look = 0; look < 3; look += 1) await world.step("await_ci");
    expect((await looks(world)) - before).toBe(4);
    const { rows } = await world.store.knex.raw<{ rows: { count: number }[] }>(
      "select count(*) from pgboss.job where name = 'await_ci' and state = 'created'",
    );
    expect(rows).toEqual([{ count: 1 }]);

    world.github.webhooks.hold();
    world.github.reportCheck({ sha, name: "build", conclusion: "success" });
    world.github.webhooks.drop();
    await world.step("await_ci");
    await world.settled(issue, "promotable");
  },
  waitingFor({ check: "build" }),
);
