import type { Knex } from "knex";
import { migrations } from "../../migrations/index.ts";
import { assertServerVersion, connect } from "../store/connect.ts";
import { pendingMigrations } from "../store/migrate.ts";
import { loadEnvironment, openLog } from "./settings.ts";

/** The database as a command sees it. */
export interface RunsDatabase {
  readonly knex: Knex;
  readonly url: string;
}

/**
 * Opens the database that the servers use: the one named by `DATABASE_URL`, or the embedded PostgreSQL, started for as long
 * as the command takes where it does not run. Changes no schema, and refuses one that is not up to date.
 */
export async function withRunsDatabase(work: (database: RunsDatabase) => Promise<void>): Promise<void> {
  const environment = loadEnvironment();
  const { openDatabase } = await import("../main.ts");
  const server = await openDatabase(environment, openLog({ ...environment, logLevel: "error" }));
  const name = `autopack runs ${process.pid}`;
  const knex = connect(server.url, { applicationName: name, poolMax: 4 });
  try {
    await assertServerVersion(knex);
    await assertMigrated(knex);
    await work({ knex, url: server.url });
  } finally {
    const alone = environment.databaseUrl === undefined && (await isAlone(knex, name).catch(() => true));
    await knex.destroy();
    if (alone) await server.stop();
  }
}

async function assertMigrated(knex: Knex): Promise<void> {
  const pending = await pendingMigrations(knex, migrations);
  if (pending.length > 0)
    throw new Error(
      `the database's schema is older than this Autopack (${pending.length} migrations behind): run \`autopack migrate\`, or start Autopack`,
    );
}

/** Whoever came to use the server that this command started keeps it. */
async function isAlone(knex: Knex, name: string): Promise<boolean> {
  const others = await knex("pg_stat_activity")
    .where({ backend_type: "client backend" })
    .whereNot({ application_name: name })
    .first("pid");
  return others === undefined;
}
