import { once } from "node:events";
import { userInfo } from "node:os";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRunId } from "../../src/cli/runsFind.ts";
import { followEvents } from "../../src/cli/runsFollow.ts";
import type { AttemptId } from "../../src/domain/ids.ts";
import { CHANGES_CHANNEL, listenToChanges } from "../../src/store/changes.ts";
import { getRun } from "../../src/store/runs.ts";
import { attemptFailed, RUN_ID, sha, started } from "../domain/runFixture.ts";
import { openRunsWorld } from "./runsWorld.ts";
import type { RunsWorld } from "./runsWorld.ts";

let world: RunsWorld;
beforeAll(async () => {
  world = await openRunsWorld();
});
afterAll(async () => world.close());

const AN_HOUR = 3_600_000;

describe("list", () => {
  test("shows runs with their state, and narrows them down", async () => {
    const [all, failed, gadget] = await Promise.all([
      world.autopack("list"),
      world.autopack("list", "--state", "failed"),
      world.autopack("list", "--repo", "acme/gadget", "--live", "--json"),
    ]);
    expect(all.stdout.split("\n")[0]).toMatch(/^RUN +ISSUE +STATE +PHASES/);
    expect(all.stdout).toMatch(/7-k3f9x2ab +acme\/widget#7 +building +1\/2 .* Greet$/m);
    expect(failed).toMatchObject({ exitCode: 0, stdout: "no such runs" });
    const json = JSON.parse(gadget.stdout) as { runs: { id: string }[] };
    expect(json.runs.map(({ id }) => id)).toEqual(["8-zzzzzzzz", "7-zzzzzzzz"]);
    expect(json).toMatchObject({ today: {} });
  });

  test("says what is wrong with what was typed", async () => {
    const [repository, state, issue] = await Promise.all([
      world.autopack("list", "--repo", "acme/widgte"),
      world.autopack("list", "--state", "bulding"),
      world.autopack("list", "--issue", "7"),
    ]);
    expect(repository).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("did you mean acme/widget?") });
    expect(state).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Allowed choices") });
    expect(issue).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--repo") });
  });
});

async function found(typed: string, repository?: string): Promise<string> {
  return findRunId(world.store.knex, typed, repository);
}

describe("a run is found", () => {
  test.each([
    ["by its id", "7-k3f9x2ab", undefined],
    ["by the beginning of its id", "7-k", undefined],
    ["by its branch", "autonomous/7-k3f9x2ab", undefined],
    ["by its issue", "#7", "ACME/widget"],
  ])("%s", async (_, typed, repository) => {
    expect(await found(typed, repository)).toBe("7-k3f9x2ab");
  });

  test("by its issue alone, where one repository has such a run", async () => {
    expect(await found("8")).toBe("8-zzzzzzzz");
  });

  test.each([
    ["7-k3f9x2ba", undefined, "there is no run 7-k3f9x2ba; did you mean 7-k3f9x2ab?"],
    ["nonsense", undefined, "there is no run nonsense; `autopack runs list` shows what there is"],
    ["#7", undefined, /^#7 has runs in acme\/\w+, acme\/\w+: say which with --repo owner\/name$/],
    ["#9", "acme/widget", "acme/widget#9 has no run; `autopack runs list` shows what there is"],
    ["7-", undefined, "7- is the beginning of 7-zzzzzzzz, 7-k3f9x2ab: type more of it"],
    ["7", "widget", "--repo takes owner/name, not “widget”"],
  ])("or it is said what there is: %s", async (typed, repository, message) => {
    await expect(found(typed, repository)).rejects.toThrow(message);
  });

  test("on the command line as well", async () => {
    const { exitCode, stderr } = await world.autopack("show", "7-k3f9x2ba");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "autopack: there is no run 7-k3f9x2ba; did you mean 7-k3f9x2ab?",
    });
  });
});

test("show prints phases, attempts and history; as JSON, too", async () => {
  const [text, json] = await Promise.all([
    world.autopack("show", RUN_ID, "--events"),
    world.autopack("show", RUN_ID, "--json"),
  ]);
  expect(text.stdout).toMatch(/^PHASE 1 {2}complete {2}Greet$/m);
  expect(text.stdout).toMatch(/^ {2}2\.1 +builder +running /m);
  expect(text.stdout).toMatch(/phase_integrated +phase 1 · bbbbbbb$/m);
  expect(text.stdout).not.toContain("\u001B");
  const report = JSON.parse(json.stdout) as object;
  expect(report).toMatchObject({
    id: RUN_ID,
    state: "building",
    waves: [{ state: "completed" }, { state: "running", at_work: 1 }],
    checkpoints: [{ landing: 1, phase: 1, sha: sha("b") }],
    phases: [{ detail: { sha: sha("b") } }, { attempts: [{ state: "running", duration_ms: expect.any(Number) }] }],
  });
  expect(report).not.toHaveProperty("events");
});

describe("steering", () => {
  test("a dry run of a rollback says what it would do, and does nothing", async () => {
    const before = await world.store.knex("runs").where({ id: RUN_ID }).first();
    const { stdout, exitCode } = await world.autopack("rollback", RUN_ID, "--to", "base", "--dry-run");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `${RUN_ID} goes back to aaaaaaa; what was spent stays spent`,
      "phase 1, “Greet”, goes back to the queue (it is complete)",
      "phase 2, “Say goodbye”, goes back to the queue (it is building)",
      `bbbbbbb, the commit of phase 1, leaves autonomous/${RUN_ID}`,
      "nothing was done: --dry-run",
    ]);
    expect(await world.store.knex("runs").where({ id: RUN_ID }).first()).toEqual(before);
  });

  test("what the run refuses is one line, and nothing is done", async () => {
    const [there, unknown, retry] = await Promise.all([
      world.autopack("rollback", RUN_ID, "--to", "1"),
      world.autopack("rollback", RUN_ID, "--to", "2"),
      world.autopack("retry", RUN_ID),
    ]);
    expect(there).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("the branch is there already") });
    expect(unknown).toMatchObject({
      exitCode: 1,
      stderr: `autopack: ${RUN_ID}: phase 2 has no commit on the branch; these have: 1; nothing was done`,
    });
    expect(retry).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("nothing has failed") });
    expect([there, unknown, retry].every(({ stderr }) => !stderr.includes("\n"))).toBe(true);
  });

  test("hold and resume are in the history, with who did it", async () => {
    await world.autopack("hold", RUN_ID, "--reason", "lunch");
    expect((await getRun(world.store.knex, RUN_ID)).hold).toEqual({
      kind: "person",
      how: "hold",
      by: `cli:${userInfo().username}`,
      reason: "lunch",
    });
    const resumed = await world.autopack("resume", RUN_ID, "--tokens", "1_000", "--cost-usd", "0.5");
    expect(resumed.stdout).toContain(
      "it may use 1,000 tokens more: the run's cap goes from 5,000,000 tokens to 5,001,000 tokens",
    );
    expect(await getRun(world.store.knex, RUN_ID)).toMatchObject({
      hold: null,
      extraBudget: { tokens: 1000, cost_usd: 0.5 },
    });
  });
});

describe("following", () => {
  test("hears of a new line when it is committed, and ends with the run's end", async () => {
    const { knex, url } = world.store;
    const changes = await listenToChanges(url, CHANGES_CHANNEL);
    const stop = new AbortController();
    const lines = followEvents(knex, RUN_ID, { changes, after: 0, signal: stop.signal, pollMs: AN_HOUR });
    const first = await lines.next();
    const next = lines.next();
    await world.advance(attemptFailed(`${RUN_ID}.2.1`));
    const second = await next;
    stop.abort();
    expect(await lines.next()).toMatchObject({ done: true });
    await changes.close();
    const [before, after] = [first.value ?? [], second.value ?? []];
    expect(before[0]).toMatchObject({ seq: 1, kind: "run_created" });
    expect(after.map(({ kind }) => kind)).toEqual(["attempt_failed"]);
    expect(after[0]?.seq).toBe((before.at(-1)?.seq ?? 0) + 1);
  });

  test("goes on by asking where the database tells nothing", async () => {
    const signal = new AbortController().signal;
    const lines = followEvents(world.store.knex, RUN_ID, { changes: null, after: 0, signal, pollMs: 5 });
    await lines.next();
    const next = lines.next();
    await world.advance(started(`${RUN_ID}.2.2`));
    expect((await next).value?.map(({ kind }) => kind)).toEqual(["attempt_started"]);
    await lines.return();
  });

  test("Ctrl-C ends the looking quietly", async () => {
    const process = world.autopack("show", RUN_ID, "--follow");
    await once(createInterface({ input: process.stdout }), "line");
    process.kill("SIGINT");
    expect(await process).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

test("log prints what is stored as it is stored, and what still comes while it comes", async () => {
  const { knex } = world.store;
  const [stored, none, unknown] = await Promise.all([
    world.autopack("log", RUN_ID, "1.1"),
    world.autopack("log", RUN_ID, "1.2"),
    world.autopack("log", RUN_ID, "9"),
  ]);
  expect(stored.stdout).toBe("built \u001B[32mwell\u001B[0m");
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("left no output") });
  expect(unknown).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("has no attempt 9; it has 1.1, 1.2, 2.1"),
  });

  const running = `${RUN_ID}.2.2` as AttemptId;
  await knex("live_output").insert({ log: running, seq: 0, chunk: "one\n" });
  const process = world.autopack("log", RUN_ID, "2");
  const seen = createInterface({ input: process.stdout });
  expect(await once(seen, "line")).toEqual(["one"]);
  await knex("live_output").insert({ log: running, seq: 1, chunk: "two\n" });
  expect(await once(seen, "line")).toEqual(["two"]);
  await world.advance(attemptFailed(running));
  expect(await process).toMatchObject({ exitCode: 0 });
});

test("show --follow --json is a document a line, to the end of the run", async () => {
  const process = world.autopack("show", RUN_ID, "--follow", "--json");
  const lines = createInterface({ input: process.stdout });
  const [first] = (await once(lines, "line")) as [string];
  expect(JSON.parse(first)).toMatchObject({ run: { id: RUN_ID, events: expect.any(Array) } });
  const cancelled = await world.autopack("cancel", RUN_ID);
  expect(cancelled.stdout).toContain("is stopped for good");
  const { stdout, exitCode } = await process;
  expect(exitCode).toBe(0);
  const documents = stdout.split("\n").map((line) => JSON.parse(line) as object);
  expect(documents.slice(1)).toMatchObject([{ event: { kind: "cancel_requested" } }, { run: { state: "cancelled" } }]);
});
