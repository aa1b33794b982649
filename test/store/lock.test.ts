import { afterAll, beforeAll, expect, test } from "vitest";
import { LockLost, withLock } from "../../src/store/lock.ts";
import { createDatabase } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());

/** Ends the sessions that hold advisory locks, as the server does with those it does not hear of any more. */
async function loseLocks(): Promise<void> {
  await database.knex.raw(
    `select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = pg_locks.database
      where locktype = 'advisory' and datname = current_database()`,
  );
}

test("work under one name is done one after the other, under two side by side", async () => {
  const order: string[] = [];
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const first = withLock(database.knex, "a", async () => {
    order.push("a begins");
    begun.resolve();
    await gate.promise;
    order.push("a ends");
  });
  await begun.promise;
  const second = withLock(database.knex, "a", async () => void order.push("a again"));
  await withLock(database.knex, "b", async () => void order.push("b"));
  gate.resolve();
  await Promise.all([first, second]);
  expect(order.toSorted()).toEqual(["a again", "a begins", "a ends", "b"]);
  expect(order.indexOf("a again")).toBeGreaterThan(order.indexOf("a ends"));
});

test("who has lost the lock finds out before the next effect, and fails in the end", async () => {
  const found: unknown[] = [];
  const work = withLock(database.knex, "a", async (lock) => {
    await lock.confirm();
    await loseLocks();
    await lock.confirm().catch((error: unknown) => found.push(error));
  });
  await expect(work).rejects.toThrow(/connection|ECONNRESET/i);
  expect(found).toEqual([expect.any(LockLost)]);
  expect(await withLock(database.knex, "a", async () => "mine now")).toBe("mine now");
});

test("the server gives up sessions that are in a transaction and silent", async () => {
  const setting = await database.knex.raw<{ rows: { idle_in_transaction_session_timeout: string }[] }>(
    "show idle_in_transaction_session_timeout",
  );
  expect(setting.rows).toEqual([{ idle_in_transaction_session_timeout: "15s" }]);
});
