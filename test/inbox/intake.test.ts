import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openIntake } from "../../src/inbox/intake.ts";
import type { IncomingDelivery } from "../../src/inbox/receive.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

const limits = { maxWaiting: 3, maxWriters: 1, minBatch: 2, maxBatch: 2, maxBatchLength: 100 };

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

function delivery(payload = "{}"): IncomingDelivery {
  const id = randomUUID() as IncomingDelivery["id"];
  return { id, event: "issues", action: null, installationId: null, payload };
}

/** How many deliveries each transaction stored, in the order of the transactions. */
async function batches(): Promise<readonly number[]> {
  const rows = await store
    .knex("deliveries")
    .select<{ size: number }[]>(store.knex.raw("count(*)::int as size"))
    .groupByRaw("xmin::text")
    .orderByRaw("min(received_at)");
  return rows.map(({ size }) => size);
}

test("what waits is written together, up to the limits, and more than may wait is turned away", async () => {
  const intake = openIntake(store, limits);
  const blocker = await store.knex.transaction();
  await blocker.raw("lock table deliveries in exclusive mode");

  const underWay = intake.accept(delivery());
  const waiting = [intake.accept(delivery()), intake.accept(delivery()), intake.accept(delivery())];
  const tooMany = await intake.accept(delivery());
  await blocker.rollback();

  expect(tooMany).toEqual({ kind: "overloaded" });
  expect(await Promise.all([underWay, ...waiting])).toEqual(Array.from({ length: 4 }, () => ({ kind: "stored" })));
  expect(await batches()).toEqual([1, 2, 1]);
});

test("a transaction takes no more text than it may, unless one delivery alone has more", async () => {
  const intake = openIntake(store, { ...limits, maxWaiting: 9, minBatch: 9, maxBatch: 9 });
  const long = JSON.stringify("x".repeat(150));
  const short = JSON.stringify("x".repeat(40));
  await Promise.all([short, long, short, short, short].map(async (payload) => intake.accept(delivery(payload))));
  expect(await batches()).toEqual([1, 1, 2, 1]);
});

test("a delivery is a duplicate only of one that has committed, in the same batch or before", async () => {
  const intake = openIntake(store, { ...limits, maxWaiting: 9 });
  const twice = delivery();
  const receipts = await Promise.all([intake.accept(delivery()), intake.accept(twice), intake.accept(twice)]);
  expect(receipts).toEqual([{ kind: "stored" }, { kind: "stored" }, { kind: "duplicate" }]);
  expect(await intake.accept(twice)).toEqual({ kind: "duplicate" });
});
