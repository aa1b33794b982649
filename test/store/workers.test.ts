import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AttemptId, RunId } from "../../src/domain/ids.ts";
import { connect } from "../../src/store/connect.ts";
import { beat } from "../../src/store/heartbeats.ts";
import { ifUnlocked, withLock } from "../../src/store/lock.ts";
import { endSessions, findOrphans, giveUpWorkers, leaveWorker, listWorkers } from "../../src/store/workers.ts";
import type { WorkerPulse } from "../../src/store/workers.ts";
import { createDatabase, emptyTables } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";
import { insertAttempt, insertRun, insertWorker } from "./livingRows.ts";

const RUN = "7-aaaaaaaa" as RunId;

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());
beforeEach(async () => {
  await emptyTables(database.knex);
  await insertRun(database.knex, { id: RUN, issue: 7 });
});

function attemptOf(phase: number): AttemptId {
  return `${RUN}.${phase}.1` as AttemptId;
}

function pulse(more: Partial<WorkerPulse> = {}): WorkerPulse {
  const facts = { hostname: "build-1", pid: 42, version: "0.1.0", state: "up", concurrency: 4 } as const;
  return { id: "w1", ...facts, rssBytes: 9e7, cpuPercent: 12.5, ...more };
}

function line(attemptId: AttemptId) {
  return { attemptId, progressPercent: 40, memoryBytes: 5e9, cpuPercent: 150 };
}

async function stateOf(id: string): Promise<unknown> {
  return database.knex("workers").where({ id }).first("state", "gone_at");
}

describe("a heartbeat", () => {
  test("writes the worker, and a line for each attempt that is live and its own", async () => {
    const { knex } = database;
    await insertAttempt(knex, { id: attemptOf(1), run: RUN, worker: "w1" });
    await insertAttempt(knex, { id: attemptOf(2), run: RUN, worker: "w1", state: "paused" });
    await insertAttempt(knex, { id: attemptOf(3), run: RUN, worker: "w1", state: "lost" });
    await insertAttempt(knex, { id: attemptOf(4), run: RUN, worker: "w2" });

    await beat(
      knex,
      pulse(),
      [1, 2, 3, 4, 5].map((phase) => line(attemptOf(phase))),
    );

    const lines = await knex("heartbeats").orderBy("attempt_id").select("attempt_id", "status", "memory_bytes");
    expect(lines).toEqual([
      { attempt_id: attemptOf(1), status: "running", memory_bytes: 5e9 },
      { attempt_id: attemptOf(2), status: "paused", memory_bytes: 5e9 },
    ]);
    expect(await listWorkers(knex)).toMatchObject([
      { id: "w1", state: "up", stale: false, heartbeatAgeSeconds: 0, rssBytes: 9e7, cpuPercent: 12.5 },
    ]);
  });

  test("of a worker that was given up makes it one of the living again", async () => {
    await insertWorker(database.knex, { id: "w1", state: "gone", silentFor: "1 minute" });
    await beat(database.knex, pulse(), []);
    expect(await stateOf("w1")).toEqual({ state: "up", gone_at: null });
    await leaveWorker(database.knex, "w1");
    expect(await stateOf("w1")).toEqual({ state: "gone", gone_at: expect.any(Date) });
  });
});

describe("workers that are given up", () => {
  test("are those whose heartbeat is missing for 15 s by the database's clock, each once", async () => {
    const { knex } = database;
    await insertWorker(knex, { id: "fresh", silentFor: "14 s" });
    await insertWorker(knex, { id: "stale", silentFor: "15.1 s" });
    await insertWorker(knex, { id: "draining", state: "draining", silentFor: "1 hour" });
    await insertWorker(knex, { id: "gone", state: "gone", silentFor: "1 hour" });

    const given = await giveUpWorkers(knex);

    expect(given.toSorted()).toEqual(["draining", "stale"]);
    expect(await giveUpWorkers(knex)).toEqual([]);
    expect(await stateOf("fresh")).toEqual({ state: "up", gone_at: null });
  });

  test("hold no lock and no row any more: their sessions are ended, and nobody else's", async () => {
    const { knex, url } = database;
    const frozen = connect(url, { applicationName: "autopack/0123abcd" });
    const other = connect(url, { applicationName: "autopack/4567cdef" });
    const lost = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const work = withLock(frozen, "branch:x", async () => {
      await frozen("runs").where({ id: RUN }).update({ title: "never committed" });
      held.resolve();
      await lost.promise;
    });
    await held.promise;
    await beat(frozen, pulse(), []);
    await beat(other, pulse({ id: "w2" }), []);
    expect(await ifUnlocked(knex, "branch:x", async () => "mine")).toBeNull();
    await knex("workers")
      .where({ id: "w1" })
      .update({ heartbeat_at: knex.raw("now() - interval '16 s'") });

    expect(await endSessions(knex, 0)).toBe(0);
    expect(await giveUpWorkers(knex)).toEqual(["w1"]);
    // Whoever was heard of within 15 s relies on its locks.
    expect(await endSessions(knex)).toBe(0);
    expect(await endSessions(knex, 0)).toBe(1);

    expect(await withLock(knex, "branch:x", async () => "mine")).toBe("mine");
    expect(await other.raw("select 1")).toMatchObject({ rowCount: 1 });
    lost.resolve();
    await expect(work).rejects.toThrow(/terminat|connection/i);
    await beat(frozen, pulse(), []);
    expect(await stateOf("w1")).toEqual({ state: "up", gone_at: null });
    await Promise.all([frozen.destroy(), other.destroy()]);
  });
});

describe("attempts without a worker", () => {
  test.for([
    { name: "of a worker that is heard of", worker: { silentFor: "14 s" }, lost: false },
    { name: "of a silent worker", worker: { silentFor: "16 s" }, lost: true },
    { name: "of a silent worker, paused", worker: { silentFor: "16 s" }, attempt: { state: "paused" }, lost: false },
    {
      name: "of a silent worker, lost already",
      worker: { silentFor: "16 s" },
      attempt: { state: "lost" },
      lost: false,
    },
    { name: "of nobody yet", worker: {}, attempt: { state: "pending", worker: null }, lost: false },
    { name: "of a worker nobody knows, just begun", worker: null, attempt: { startedAgo: "14 s" }, lost: false },
    { name: "of a worker nobody knows", worker: null, attempt: { startedAgo: "16 s" }, lost: true },
    { name: "of a worker that left after that", worker: { state: "gone", silentFor: "1 s" }, lost: true },
    {
      name: "of one that was given up, and is back since",
      worker: { state: "gone", silentFor: "20 s" },
      attempt: { startedAgo: "1 s" },
      lost: false,
    },
  ] as const)("$name: lost $lost", async ({ worker, lost, ...row }) => {
    const { knex } = database;
    if (worker !== null) await insertWorker(knex, { id: "w1", ...worker });
    const attempt = "attempt" in row ? row.attempt : {};
    await insertAttempt(knex, { id: attemptOf(1), run: RUN, worker: "w1", ...attempt });
    expect(await findOrphans(knex)).toEqual(lost ? [{ runId: RUN, attemptId: attemptOf(1), workerId: "w1" }] : []);
  });
});

test("the list shows what each worker does, as of the newest heartbeat, and whose is missing", async () => {
  const { knex } = database;
  await insertWorker(knex, { id: "old", state: "gone", silentFor: "1 hour" });
  await insertWorker(knex, { id: "w2", silentFor: "40 s" });
  await insertAttempt(knex, { id: attemptOf(1), run: RUN, worker: "w1" });
  await beat(knex, pulse(), [line(attemptOf(1))]);
  await beat(knex, pulse(), [{ ...line(attemptOf(1)), progressPercent: 41 }]);

  const workers = await listWorkers(knex);

  expect(workers.map(({ id, state, stale }) => `${id} ${state} ${stale}`).toSorted()).toEqual([
    "old gone false",
    "w1 up false",
    "w2 up true",
  ]);
  expect(workers.at(-1)?.id).toBe("old");
  expect(workers.find(({ id }) => id === "w1")?.attempts).toEqual([
    { id: attemptOf(1), role: "builder", progressPercent: 41, memoryBytes: 5e9, cpuPercent: 150 },
  ]);
});
