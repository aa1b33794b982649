import { afterAll, beforeAll, expect, test } from "vitest";
import { assertServerVersion, parseInt8, requireServerVersion } from "../../../src/store/connect.ts";
import { createDatabase, type TestDatabase } from "../../harness/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());

test("an older server is refused with its version and the remedy", () => {
  expect(() => requireServerVersion(140_011)).toThrow(/PostgreSQL 15 or newer, and found 14\.11\. Point DATABASE_URL/);
  expect(() => requireServerVersion(90_624)).toThrow("found 9.6.");
});

test.each([150_000, 160_004, 180_000])("server_version_num %i is accepted", (version) => {
  expect(() => requireServerVersion(version)).not.toThrow();
});

test("the server of this run is new enough", async () => {
  await expect(assertServerVersion(database.knex)).resolves.toBeUndefined();
});

test("bigint arrives as a number, also in count(*), and nulls stay null", async () => {
  const { rows } = await database.knex.raw(
    "select 9007199254740991::bigint as big, count(*) as many, null::bigint as none",
  );
  expect(rows).toEqual([{ big: Number.MAX_SAFE_INTEGER, many: 1, none: null }]);
});

test("a bigint that a number cannot hold is an error, not another number", async () => {
  expect(() => parseInt8("9007199254740993")).toThrow("does not fit");
  await expect(database.knex.raw("select 9007199254740993::bigint")).rejects.toThrow("does not fit");
  expect(await database.knex.raw("select 1 as one")).toMatchObject({ rows: [{ one: 1 }] });
});

test("the connection carries the application's name", async () => {
  const { rows } = await database.knex.raw("show application_name");
  expect(rows).toEqual([{ application_name: "autopack-test" }]);
});
