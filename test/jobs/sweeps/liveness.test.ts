import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/adapters/clock/systemClock.ts";
import type { AttemptId, RunId } from "../../../src/domain/ids.ts";
import type { RunEvent } from "../../../src/domain/event.ts";
import { runningAttempts } from "../../../src/jobs/runningAttempts.ts";
import { sweepLostAttempts } from "../../../src/jobs/sweeps/lostAttempts.ts";
import { startLiveness } from "../../../src/jobs/sweeps/startLiveness.ts";
import { sweepLock, withLock } from "../../../src/store/lock.ts";
import { getRun } from "../../../src/store/runs.ts";
import { emptyTables } from "../../harness/database.ts";
import { createStore } from "../../harness/store.ts";
import { insertAttempt, insertRun, insertWorker } from "../../store/livingRows.ts";
import { quietGithub } from "./quietGithub.ts";

const OPTIONS = {
  version: "0.1.0",
  concurrency: 4,
  retention: { heartbeatHours: 24, deliveryDays: 30, branchDays: 30 },
};
const RUN = "7-aaaaaaaa" as RunId;
const ATTEMPT = `${RUN}.1.1` as AttemptId;

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  await insertRun(store.knex, { id: RUN, issue: 7 });
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => void vi.useRealTimers());

function depsOf(events: RunEvent[]) {
  const log = pino({ level: "silent" });
  return {
    ...quietGithub,
    store,
    log,
    workerId: "me",
    clock: systemClock,
    async advance(runId: RunId, event: RunEvent) {
      events.push(event);
      return getRun(store.knex, runId);
    },
  };
}

async function worker(id = "me"): Promise<{ readonly state: string; readonly heartbeat_at: Date }> {
  return store.knex("workers").where({ id }).first();
}

/** Lets time pass until the worker has written another heartbeat. */
async function nextBeat(): Promise<void> {
  const before = await worker();
  for (let after = before; Number(after.heartbeat_at) === Number(before.heartbeat_at); after = await worker())
    vi.advanceTimersByTime(5000);
}

test("a worker is known before it takes work, says that it drains, and says in the end that it is gone", async () => {
  const liveness = await startLiveness(depsOf([]), runningAttempts(systemClock), OPTIONS);
  expect(await worker()).toMatchObject({ state: "up", version: "0.1.0", concurrency: 4, pid: process.pid });
  liveness.drain();
  await nextBeat();
  expect(await worker()).toMatchObject({ state: "draining" });
  await liveness.stop();
  expect(await worker()).toMatchObject({ state: "gone" });
});

test("it judges others only once its own heartbeat has been regular for as long as theirs must be missing", async () => {
  const events: RunEvent[] = [];
  await insertWorker(store.knex, { id: "frozen", silentFor: "1 minute" });
  await insertAttempt(store.knex, { id: ATTEMPT, run: RUN, worker: "frozen" });
  const liveness = await startLiveness(depsOf(events), runningAttempts(systemClock), OPTIONS);
  await nextBeat();
  await nextBeat();
  expect(await worker("frozen")).toMatchObject({ state: "up" });
  while (events.length === 0) await nextBeat();
  expect(events[0]).toEqual({ kind: "attempt_lost", attemptId: ATTEMPT });
  expect(await worker("frozen")).toMatchObject({ state: "gone" });
  await liveness.stop();
});

test("a heartbeat that the database does not take ends nothing", async () => {
  const liveness = await startLiveness(depsOf([]), runningAttempts(systemClock), OPTIONS);
  await store.knex.raw("alter table workers add constraint closed check (now() is null) not valid");
  vi.advanceTimersByTime(5000);
  await store.knex.raw("alter table workers drop constraint closed");
  await nextBeat();
  await liveness.stop();
});

test("of several workers one gives up what is lost, and each attempt by its own event", async () => {
  const events: RunEvent[] = [];
  await insertWorker(store.knex, { id: "frozen", silentFor: "16 s" });
  await insertAttempt(store.knex, { id: ATTEMPT, run: RUN, worker: "frozen" });
  await insertAttempt(store.knex, { id: `${RUN}.2.1` as AttemptId, run: RUN, worker: "frozen" });
  await withLock(store.knex, sweepLock("lost_attempts"), async () => {
    expect(await sweepLostAttempts(depsOf(events))).toBeNull();
  });
  expect(events).toEqual([]);
  expect(await sweepLostAttempts(depsOf(events))).toBe(2);
  expect(events.map((event) => "attemptId" in event && event.attemptId)).toEqual([ATTEMPT, `${RUN}.2.1`]);
});
