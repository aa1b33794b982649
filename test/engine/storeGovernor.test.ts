import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { NotSent } from "../../src/domain/notSent.ts";
import { WRITE_BURST } from "../../src/domain/writePace.ts";
import { storeGovernor } from "../../src/engine/storeGovernor.ts";
import type { Governor } from "../../src/ports/governor.ts";
import { createDatabase, emptyTables } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";

const WRITE = { kind: "edit", resource: "core" } as const;
const READ = { kind: "read", resource: "core" } as const;

let database: TestDatabase;
let now: number;
let slept: number[];
let stop: AbortController;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());
beforeEach(async () => {
  await emptyTables(database.knex);
  now = Date.UTC(2026, 10, 21);
  slept = [];
  stop = new AbortController();
});

/** A worker's governor, whose time passes only while it sleeps. */
function worker(writesPerSecond = 1): Governor {
  return storeGovernor({
    knex: database.knex,
    writesPerSecond,
    signal: stop.signal,
    time: {
      now: () => new Date(now),
      sleep: async (ms, signal) => {
        signal.throwIfAborted();
        slept.push(ms);
        now += ms;
      },
    },
  });
}

async function spendBurst(governor: Governor): Promise<void> {
  for (let turn = 0; turn < WRITE_BURST; turn += 1) await governor.admit(7, WRITE);
}

async function waitOf(asked: Promise<void>): Promise<unknown> {
  const failure: unknown = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  return failure instanceof NotSent ? failure.retry : failure;
}

test("a short wait is slept through, a long one gives the job back and uses nothing up", async () => {
  const governor = worker(0.4);
  await spendBurst(governor);
  expect(slept).toEqual([]);
  expect(await waitOf(governor.admit(7, WRITE))).toEqual({ afterMs: 2500 });
  expect(await waitOf(governor.admit(7, WRITE))).toEqual({ afterMs: 2500 });
  now += 1500;
  await governor.admit(7, WRITE);
  expect(slept).toEqual([1000]);
});

test("workers share an installation's turns; installations do not", async () => {
  const [one, other] = [worker(), worker()];
  await spendBurst(one);
  await other.admit(7, WRITE);
  expect(slept).toEqual([1000]);
  await other.admit(8, WRITE);
  expect(slept).toEqual([1000]);
});

test("turns that are asked for at one time are all different", async () => {
  const governor = worker(1000);
  await Promise.all(Array.from({ length: WRITE_BURST + 5 }, async () => governor.admit(7, WRITE)));
  expect(slept).toHaveLength(5);
});

test("reads take no turn", async () => {
  const governor = worker();
  for (let turn = 0; turn < 3 * WRITE_BURST; turn += 1) await governor.admit(7, READ);
  await spendBurst(governor);
  expect(slept).toEqual([]);
});

test("a worker that stops gives its job back at once", async () => {
  const governor = worker();
  await spendBurst(governor);
  stop.abort();
  expect(await waitOf(governor.admit(7, WRITE))).toEqual({ afterMs: 0 });
});

test("a pause holds every worker's requests of that kind until it is over", async () => {
  const [one, other] = [worker(), worker()];
  await one.pause(7, { resource: "core", waitMs: 60_000, told: true });
  now += 10_000;
  expect(await waitOf(other.admit(7, WRITE))).toEqual({ afterMs: 50_000 });
  expect(await waitOf(other.admit(7, READ))).toEqual({ afterMs: 50_000 });
  await other.admit(7, { kind: "edit", resource: "graphql" });
  await other.admit(8, READ);
  now += 50_000;
  await other.admit(7, WRITE);
});

test("a pause of the whole installation holds everything", async () => {
  const governor = worker(0);
  await governor.pause(7, { resource: "all", waitMs: 1000, told: true });
  expect(await waitOf(governor.admit(7, { kind: "read", resource: "graphql" }))).toEqual({ afterMs: 1000 });
});

test("by the database's own time", async () => {
  const signal = stop.signal;
  const governor = storeGovernor({ knex: database.knex, writesPerSecond: 1, signal });
  await governor.admit(7, WRITE);
  await governor.pause(7, { resource: "all", waitMs: 3_600_000, told: true });
  await expect(governor.admit(7, WRITE)).rejects.toThrow("GitHub wants installation 7 to pause");
});
