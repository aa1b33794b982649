import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../../src/store/connect.ts";
import { migrate, pendingMigrations, rollback, type Migration } from "../../../src/store/migrate.ts";
import { createDatabase, type TestDatabase } from "../../harness/database.ts";

/** Its table stands for the change; the row counts how often it ran. */
function creating(name: string): Migration {
  return {
    name,
    up: async (knex) => {
      await knex.raw("create table ?? (id int)", [name]);
      await knex.raw("insert into ?? values (1)", [name]);
    },
    down: async (knex) => {
      await knex.raw("drop table ??", [name]);
    },
  };
}

const first = creating("20260101000000_first");
const second = creating("20260102000000_second");
const broken: Migration = {
  name: "20260103000000_broken",
  up: async (knex) => {
    await knex.raw("select no_such_function()");
  },
  down: async () => undefined,
};

let database: TestDatabase;
/** Emptied of whatever the template brings. */
beforeEach(async () => {
  database = await createDatabase();
  await database.knex.raw("drop schema public cascade; create schema public");
});
afterEach(async () => database.drop());

test("applies what is missing, in order, and nothing twice", async () => {
  const { knex } = database;
  expect(await pendingMigrations(knex, [first, second])).toEqual([first.name, second.name]);
  expect(await migrate(knex, [first])).toEqual({ applied: [first.name] });
  expect(await pendingMigrations(knex, [first, second])).toEqual([second.name]);
  expect(await migrate(knex, [first, second])).toEqual({ applied: [second.name] });
  expect(await migrate(knex, [first, second])).toEqual({ applied: [] });
});

test("five processes at once apply each migration once", async () => {
  const pools = Array.from({ length: 5 }, () => connect(database.url, { poolMax: 1 }));
  const results = await Promise.all(pools.map(async (pool) => migrate(pool, [first, second])));
  await Promise.all(pools.map(async (pool) => pool.destroy()));

  expect(results.flatMap(({ applied }) => applied).toSorted()).toEqual([first.name, second.name]);
  expect(await database.knex(first.name)).toHaveLength(1);
  expect(await database.knex("knex_migrations")).toHaveLength(2);
});

test("a failing migration takes the whole batch back, and leaves no lock behind", async () => {
  const { knex } = database;
  await expect(migrate(knex, [first, broken])).rejects.toMatchObject({
    message: `Applying migration ${broken.name}`,
    cause: { message: expect.stringContaining("no_such_function") },
  });
  expect(await knex.schema.hasTable(first.name)).toBe(false);
  expect(await migrate(knex, [first, second])).toEqual({ applied: [first.name, second.name] });
});

test("a database that a newer Autopack has migrated is refused and left alone", async () => {
  const { knex } = database;
  await migrate(knex, [first, second]);
  await expect(migrate(knex, [first])).rejects.toThrow(/newer Autopack .*20260102000000_second.*Update Autopack/);
  await expect(pendingMigrations(knex, [first])).rejects.toThrow("Update Autopack");
  await expect(rollback(knex, [first], 1)).rejects.toThrow("Update Autopack");
  expect(await knex.schema.hasTable(second.name)).toBe(true);
});

test("rolls back the newest first, as many as asked for", async () => {
  const { knex } = database;
  await migrate(knex, [first, second]);
  expect(await rollback(knex, [first, second], 1)).toEqual({ reverted: [second.name] });
  expect(await knex.schema.hasTable(second.name)).toBe(false);
  expect(await rollback(knex, [first, second], 5)).toEqual({ reverted: [first.name] });
  expect(await migrate(knex, [first, second])).toEqual({ applied: [first.name, second.name] });
});
