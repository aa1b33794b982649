import { randomBytes } from "node:crypto";
import type { Knex } from "knex";
import { inject } from "vitest";
import { connect } from "../../src/store/connect.ts";
import { databaseUrl } from "./databaseUrl.ts";

/** A database of one test file, with the schema in place and no rows of its own. */
export interface TestDatabase {
  readonly url: string;
  readonly knex: Knex;
  /** Closes the pool and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * Copies the template: 40–160 ms, so one a file (`beforeAll`), and `emptyTables` between tests.
 *
 * `file_copy` is faster than PostgreSQL's default here, as the server's `fsync` is off.
 */
export async function createDatabase(): Promise<TestDatabase> {
  const adminUrl = inject("databaseAdminUrl");
  const template = inject("databaseTemplate");
  const name = `${template}_${randomBytes(6).toString("hex")}`;
  await onServer(adminUrl, async (admin) => {
    await admin.raw("create database ?? template ?? strategy file_copy", [name, template]);
  });

  const url = databaseUrl(adminUrl, name);
  const knex = connect(url, { applicationName: "autopack-test" });
  return {
    url,
    knex,
    drop: async () => {
      await knex.destroy();
      await onServer(adminUrl, async (admin) => {
        await awaitFarewells(admin, name);
        await admin.raw("drop database if exists ?? with (force)", [name]);
      });
    },
  };
}

/** A pool that was just closed may still be saying goodbye; being cut off meanwhile would be an error in this process. */
async function awaitFarewells(admin: Knex, database: string): Promise<void> {
  for (let looks = 0; looks < 200; looks += 1) {
    const [row] = await admin("pg_stat_activity").where({ datname: database }).count<{ count: number }[]>("* as count");
    if (row?.count === 0) return;
    await admin.raw("select pg_sleep(0.01)");
  }
}

/**
 * Removes the rows of every table of ours, and pg-boss's jobs; its queues and the migrator's rows stay. 1–2 ms, where
 * TRUNCATE takes a hundred.
 *
 * Triggers and foreign keys are off meanwhile, as append-only tables refuse to be emptied.
 */
export async function emptyTables(db: Knex): Promise<void> {
  await db.raw(`
    do $$
    declare name regclass;
    begin
      set local session_replication_role = replica;
      for name in
        select oid from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'knex\\_%'
      loop
        execute format('delete from only %s', name);
      end loop;
      if to_regclass('pgboss.job') is not null then
        delete from pgboss.job;
      end if;
    end $$
  `);
}

/** Runs `work` on a connection of its own to the administrative database. */
export async function onServer<T>(adminUrl: string, work: (admin: Knex) => Promise<T>): Promise<T> {
  const admin = connect(adminUrl, { poolMax: 1, applicationName: "autopack-test-admin" });
  try {
    return await work(admin);
  } finally {
    await admin.destroy();
  }
}
