import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendEvent } from "../../src/store/events.ts";
import { eventsAfter, lastEvents } from "../../src/store/history.ts";
import { attemptTimesOf, failuresOf, liveOutputAfter } from "../../src/store/historyAttempts.ts";
import { findRepositoryId, isLive, listRuns, repositoryNames, runsWithPrefix } from "../../src/store/historyRuns.ts";
import type { RunFilter } from "../../src/store/historyRuns.ts";
import { spentOnDay } from "../../src/store/historySpend.ts";
import { waveSummariesOf } from "../../src/store/historyWaves.ts";
import type { Tally } from "../../src/domain/budget/budget.ts";
import type { AttemptId, RunId } from "../../src/domain/ids.ts";
import { createDatabase } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";
import { insertRows, RUN } from "./historyRows.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
  await insertRows(database.knex);
});
afterAll(async () => database.drop());

async function idsOf(filter: Omit<RunFilter, "limit">, limit = 20): Promise<readonly string[]> {
  return (await listRuns(database.knex, { ...filter, limit })).map(({ id }) => id);
}

describe("lists", () => {
  test("are newest first, and cut", async () => {
    expect(await idsOf({})).toEqual(["7-dddddddd", "42-cccccccc", "42-abbbbbbb", "42-aaaaaaaa"]);
    expect(await idsOf({}, 2)).toEqual(["7-dddddddd", "42-cccccccc"]);
  });

  test.each<[string, Omit<RunFilter, "limit">, readonly string[]]>([
    ["a repository", { repositoryId: 101 }, ["42-abbbbbbb", "42-aaaaaaaa"]],
    ["an issue", { repositoryId: 102, issueNumber: 42 }, ["42-cccccccc"]],
    ["a state", { state: "failed" }, ["42-aaaaaaaa"]],
    ["what is live", { live: true }, ["42-cccccccc", "42-abbbbbbb"]],
    ["all of it", { repositoryId: 101, state: "queued", live: true }, ["42-abbbbbbb"]],
    ["nothing", { repositoryId: 101, state: "promoted" }, []],
  ])("narrow down to %s", async (_, filter, expected) => {
    expect(await idsOf(filter)).toEqual(expected);
  });

  test("show what a list shows", async () => {
    const [, , run, failed] = await listRuns(database.knex, { limit: 4 });
    expect(run).toMatchObject({ repository: "acme/widget", issueNumber: 42, phases: 3, phasesEnded: 2, held: false });
    expect(failed).toMatchObject({ state: "failed", reason: "environment", phases: 0, endedAt: expect.any(Date) });
  });
});

test("runs are found by the beginning of their id, taken literally", async () => {
  const { knex } = database;
  const ids = async (prefix: string) => (await runsWithPrefix(knex, prefix, 5)).map(({ id }) => id).toSorted();
  expect(await ids("42-a")).toEqual(["42-aaaaaaaa", "42-abbbbbbb"]);
  expect(await ids("42-ab")).toEqual(["42-abbbbbbb"]);
  for (const wildcard of ["42_", "%", String.raw`42\-`]) expect(await ids(wildcard)).toEqual([]);
});

test("repositories are found in whatever case", async () => {
  const { knex } = database;
  expect(await findRepositoryId(knex, { owner: "ACME", name: "gadget" })).toBe(102);
  expect(await findRepositoryId(knex, { owner: "acme", name: "widgets" })).toBeNull();
  expect((await repositoryNames(knex)).toSorted()).toEqual(["Acme/Gadget", "acme/widget"]);
});

test("a run is live until it has ended or failed", async () => {
  expect(await isLive(database.knex, RUN)).toBe(true);
  expect(await isLive(database.knex, "42-aaaaaaaa" as RunId)).toBe(false);
  expect(await isLive(database.knex, "1-nosuchid" as RunId)).toBe(false);
});

test("a wave counts its phases by how they stand", async () => {
  const counts = (await waveSummariesOf(database.knex, RUN)).map(
    ({ number, state, phases, complete, failed, atWork }) => [number, state, phases, { complete, failed, atWork }],
  );
  expect(counts).toEqual([
    [1, "completed", [1], { complete: 1, failed: 0, atWork: 0 }],
    [2, "running", [3, 2], { complete: 0, failed: 1, atWork: 1 }],
    [3, "pending", [4], { complete: 0, failed: 0, atWork: 0 }],
  ]);
});

test("failures in a row say whether the error and the tree have changed", async () => {
  const rows = await failuresOf(database.knex, RUN);
  expect(
    rows.map(({ phaseId, number, errorChanged, treeChanged }) => [phaseId, number, errorChanged, treeChanged]),
  ).toEqual([
    [`${RUN}.2`, 1, null, null],
    [`${RUN}.2`, 2, false, true],
    [`${RUN}.2`, 3, true, true],
  ]);
  expect(rows[0]).toMatchObject({ class: "checks", errorKey: "boom", tree: "t1" });
});

test("attempts have their times", async () => {
  const [first, , third] = await attemptTimesOf(database.knex, RUN);
  expect(first).toEqual({
    id: `${RUN}.1.1`,
    startedAt: new Date("2026-01-02T10:00:00Z"),
    finishedAt: new Date("2026-01-02T10:00:12Z"),
  });
  expect(third).toMatchObject({ id: `${RUN}.2.2`, finishedAt: null });
});

async function spentOn(day: string, repository = 101): Promise<Tally> {
  return spentOnDay(database.knex, repository, new Date(day));
}

test("the spend of a day is that of a repository, in UTC", async () => {
  expect(await spentOn("2026-01-02T23:59:59Z")).toEqual({
    spent: { tokens: 123, cost_usd: 0.75, seconds: 12.5, ci_runs: 1 },
    reserved: { tokens: 3, cost_usd: 0.25, seconds: 0.5 },
  });
  expect(await spentOn("2026-01-01T00:00:00Z")).toMatchObject({ spent: { tokens: 1000 } });
  expect(await spentOn("2026-01-02T00:00:00Z", 102)).toEqual({ spent: {}, reserved: {} });
});

test("the last lines come oldest first, and the ones after a number", async () => {
  const { knex } = database;
  const run = "7-dddddddd" as RunId;
  for (const kind of ["one", "two", "three"]) await appendEvent(knex, run, { kind });
  const long = { kind: "long", text: "x".repeat(5000), by: "bob" };
  await appendEvent(knex, run, long);
  expect((await lastEvents(knex, run)).map(({ seq, kind }) => [seq, kind])).toEqual([
    [1, "one"],
    [2, "two"],
    [3, "three"],
    [4, "long"],
  ]);
  expect((await lastEvents(knex, run, 2)).map(({ kind, truncated }) => [kind, truncated])).toEqual([
    ["three", false],
    ["long", true],
  ]);
  expect((await eventsAfter(knex, run, 2)).map(({ seq }) => seq)).toEqual([3, 4]);
  expect(await eventsAfter(knex, run, 4)).toEqual([]);
});

test("live output goes on where it was left", async () => {
  const { knex } = database;
  const log = `${RUN}.2.2` as AttemptId;
  await knex("live_output").insert([0, 1, 2].map((seq) => ({ log, seq, chunk: `chunk ${seq}\n` })));
  expect(await liveOutputAfter(knex, log, -1)).toHaveLength(3);
  expect(await liveOutputAfter(knex, log, 1)).toEqual([{ seq: 2, chunk: "chunk 2\n" }]);
});
