import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AttemptId, RunId } from "../../src/domain/ids.ts";
import type { Intent } from "../../src/domain/intent.ts";
import { withLock, sweepLock } from "../../src/store/lock.ts";
import { countDue, isBranchSwept, sweepRetention } from "../../src/store/retention.ts";
import type { RetentionCounts } from "../../src/store/retention.ts";
import { branchesDue, RETENTION_KINDS, retentionRules } from "../../src/store/retentionRules.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { insertAttempt, insertRun, insertWorker } from "./livingRows.ts";

const LIMITS = { heartbeatHours: 24, deliveryDays: 30, branchDays: 30 };
const LIVE = "7-aaaaaaaa" as RunId;
const ATTEMPT = `${LIVE}.1.1` as AttemptId;

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  await insertRun(store.knex, { id: LIVE, issue: 7 });
  await insertAttempt(store.knex, { id: ATTEMPT, run: LIVE, worker: "w1" });
});

function counts(some: Partial<RetentionCounts>): RetentionCounts {
  const none = Object.fromEntries(RETENTION_KINDS.map((kind) => [kind, 0])) as RetentionCounts;
  return { ...none, ...some };
}

/** What is due is counted, deleted, and then not there any more; counting changes nothing. */
async function expectSwept(some: Partial<RetentionCounts>): Promise<void> {
  expect(await countDue(store.knex, LIMITS)).toEqual(counts(some));
  expect(await countDue(store.knex, LIMITS)).toEqual(counts(some));
  expect(await sweepRetention(store, LIMITS)).toEqual(counts(some));
  expect(await sweepRetention(store, LIMITS)).toEqual(counts({}));
  expect(await countDue(store.knex, LIMITS)).toEqual(counts({}));
}

function ago(interval: string) {
  return store.knex.raw("now() - ?::interval", [interval]);
}

test("heartbeats are kept for 24 hours", async () => {
  const lines = ["1 s", "23 hours 59 minutes", "24 hours 1 minute", "30 days"];
  await store.knex("heartbeats").insert(lines.map((at) => ({ attempt_id: ATTEMPT, at: ago(at), status: "running" })));
  await expectSwept({ heartbeats: 2 });
  expect(await store.knex("heartbeats")).toHaveLength(2);
});

test("workers that are gone are kept for 24 hours, those that are not for ever", async () => {
  await insertWorker(store.knex, { id: "living", silentFor: "30 days" });
  await insertWorker(store.knex, { id: "new", state: "gone", silentFor: "23 hours" });
  await insertWorker(store.knex, { id: "old", state: "gone", silentFor: "25 hours" });
  await expectSwept({ workers: 1 });
  expect(await store.knex("workers").orderBy("id").pluck("id")).toEqual(["living", "new"]);
});

function delivery(state: string, age: string) {
  return {
    id: randomUUID(),
    event: "push",
    payload: "{}",
    encoding: "identity",
    state,
    error: state === "failed" ? "no such ref" : null,
    received_at: ago(age),
    handled_at: state === "received" ? null : ago(age),
  };
}

test("deliveries are kept for 30 days, and those that wait for as long as they wait", async () => {
  const states = ["received", "handled", "ignored", "failed"];
  await store.knex("deliveries").insert(states.map((state) => delivery(state, "29 days 23 hours")));
  await store.knex("deliveries").insert(states.map((state) => delivery(state, "30 days 1 hour")));
  await expectSwept({ deliveries: 3 });
  expect(await store.knex("deliveries").orderBy("state").pluck("state")).toEqual([
    "failed",
    "handled",
    "ignored",
    "received",
    "received",
  ]);
});

function chunk(log: string, age: string) {
  return { log, seq: 0, chunk: "x", created_at: ago(age) };
}

test("live output is kept while its attempt lives, or for a day where it belongs to none", async () => {
  const ended = `${LIVE}.2.1` as AttemptId;
  await insertAttempt(store.knex, { id: ended, run: LIVE, worker: "w1", state: "lost" });
  await store
    .knex("live_output")
    .insert([chunk(ATTEMPT, "1 hour"), chunk(ended, "1 s"), chunk("step", "23 hours"), chunk("old", "25 hours")]);
  await expectSwept({ live_output: 2 });
  expect(await store.knex("live_output").orderBy("log").pluck("log")).toEqual([ATTEMPT, "step"]);
});

test("events of attempts are kept for 30 days", async () => {
  const event = { attempt_id: ATTEMPT, kind: "notice", payload: { text: "x" } };
  await store.knex("attempt_events").insert([
    { ...event, seq: 1, at: ago("30 days 1 minute") },
    { ...event, seq: 2, at: ago("29 days 23 hours") },
  ]);
  await expectSwept({ attempt_events: 1 });
  expect(await store.knex("attempt_events").pluck("seq")).toEqual([2]);
});

/** An artifact named by a hex digit, stored 100 days ago. */
async function insertArtifact(digit: string, expiredFor: string, users: readonly RunId[] = []): Promise<string> {
  const id = digit.repeat(64);
  await store.knex("artifacts").insert({
    id,
    media_type: "text/plain",
    bytes: Buffer.from("x"),
    created_at: ago("100 days"),
    expires_at: ago(expiredFor),
  });
  for (const run of users) await store.knex("artifact_uses").insert({ artifact_id: id, run_id: run });
  return id;
}

describe("artifacts", () => {
  const recent = "8-aaaaaaaa" as RunId;
  const old = "9-aaaaaaaa" as RunId;
  beforeEach(async () => {
    await insertRun(store.knex, { id: recent, issue: 8, state: "failed", endedAgo: "6 days 23 hours" });
    await insertRun(store.knex, { id: old, issue: 9, state: "failed", endedAgo: "7 days 1 hour" });
  });

  test("are kept until they expire, and until 7 days after the end of every run that uses them", async () => {
    await insertArtifact("1", "-1 day", [old]);
    await insertArtifact("2", "1 minute");
    await insertArtifact("3", "1 minute", [old]);
    await insertArtifact("4", "1 minute", [old, recent]);
    await insertArtifact("5", "60 days", [LIVE]);
    await expectSwept({ artifacts: 2 });
    const kept = await store.knex("artifacts").orderBy("id").pluck<string[]>("id");
    expect(kept.map((id) => id[0])).toEqual(["1", "4", "5"]);
  });

  test.for([
    { name: "of a live run", users: [LIVE] },
    { name: "of a run that ended less than 7 days ago", users: [recent] },
    { name: "of two, one of which ended long ago", users: [old, recent] },
  ])("the database refuses to delete one $name", async ({ users }) => {
    const id = await insertArtifact("1", "60 days", users);
    await expect(store.knex("artifacts").where({ id }).delete()).rejects.toMatchObject({
      code: "23514",
      constraint: "artifacts_outlive_runs",
      message: expect.stringContaining("is kept: run"),
    });
    expect(await store.knex("artifacts")).toHaveLength(1);
  });

  test("of a run that is taken up again are kept again", async () => {
    const id = await insertArtifact("1", "60 days", [old]);
    await store.knex("runs").where({ id: old }).update({ state: "planning", ended_at: null });
    await expect(store.knex("artifacts").where({ id }).delete()).rejects.toThrow("is kept");
    await expectSwept({});
  });
});

async function branchJobs(): Promise<readonly Intent[]> {
  return store.knex("pgboss.job").where({ name: "delete_branch" }).pluck<Intent[]>("data");
}

describe("branches of runs that ended without landing", () => {
  const ended = "8-aaaaaaaa" as RunId;

  test("are given to be deleted, once, 30 days after the end", async () => {
    await insertRun(store.knex, { id: ended, issue: 8, state: "failed", endedAgo: "30 days 1 hour" });
    await insertRun(store.knex, {
      id: "9-a2aaaaaa" as RunId,
      issue: 9,
      state: "cancelled",
      endedAgo: "29 days 23 hours",
    });
    await insertRun(store.knex, {
      id: "9-a3aaaaaa" as RunId,
      issue: 10,
      state: "no_changes",
      endedAgo: "99 days",
      head: null,
    });
    expect(await isBranchSwept(store.knex, ended)).toBe(false);
    await expectSwept({ branches: 1 });
    expect(await branchJobs()).toEqual([{ kind: "delete_branch", runId: ended }]);
    expect(await isBranchSwept(store.knex, ended)).toBe(true);
  });

  test("not those of a run that was taken up again since; when that has ended in its turn, again", async () => {
    await insertRun(store.knex, { id: ended, issue: 8, state: "cancelled", endedAgo: "40 days" });
    await expectSwept({ branches: 1 });
    await store.knex("runs").where({ id: ended }).update({ state: "planning", ended_at: null });
    expect(await isBranchSwept(store.knex, ended)).toBe(false);
    await expectSwept({});
    await store
      .knex("runs")
      .where({ id: ended })
      .update({ state: "failed", ended_at: ago("31 days"), branch_swept_at: ago("32 days") });
    expect(await isBranchSwept(store.knex, ended)).toBe(false);
    await expectSwept({ branches: 1 });
  });
});

test("what is due is found by an index, and so is what a run uses", async () => {
  const rules = { ...retentionRules(LIMITS), branches: branchesDue(LIMITS) };
  const { live_output: _, ...indexed } = rules;
  await store.knex.transaction(async (tx) => {
    await tx.raw("set local enable_seqscan = off");
    for (const { table, due, bindings } of Object.values(indexed)) {
      const { rows } = await tx.raw<{ rows: { "QUERY PLAN": string }[] }>(`explain select from ${table} where ${due}`, [
        ...bindings,
      ]);
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect(plan).toContain("Index");
      expect(plan).not.toContain("Seq Scan");
    }
  });
});

test("more than fits into one batch is swept all the same", async () => {
  await store.knex.raw(
    `insert into heartbeats (attempt_id, at, status) select ?, now() - interval '2 days' - n * interval '1 s', 'running'
      from generate_series(1, 10001) n`,
    [ATTEMPT],
  );
  await expectSwept({ heartbeats: 10_001 });
});

test("one process sweeps at a time", async () => {
  await withLock(store.knex, sweepLock("retention"), async () => {
    expect(await sweepRetention(store, LIMITS)).toBeNull();
  });
  expect(await sweepRetention(store, LIMITS)).toEqual(counts({}));
});
