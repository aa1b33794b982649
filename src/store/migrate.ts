import type { Knex } from "knex";
import { z } from "zod";

/** One step of the schema; `name` is stored in the database, so it never changes once released. */
export interface Migration {
  /** Without a file extension, as in `20260101120000_runs`, so that source and built code agree. */
  readonly name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** Any number will do that nobody else locks in this database; this one spells "auto". */
const migrationLock = 0x61_75_74_6f;

/**
 * Brings the schema up to date, all or nothing; gives the names of what was missing.
 *
 * Safe when many processes call it at once: one migrates, the others wait and find nothing to do. Refuses a database that
 * knows migrations this code does not.
 */
export async function migrate(
  db: Knex,
  migrations: readonly Migration[],
): Promise<{ readonly applied: readonly string[] }> {
  return locked(db, async (tx) => {
    await pendingMigrations(tx, migrations);
    const result = batch.parse(await tx.migrate.latest({ migrationSource: sourceOf(migrations) }));
    return { applied: result[1] };
  });
}

/** The names of migrations still to be applied, in order. Refuses a database newer than this code. */
export async function pendingMigrations(db: Knex, migrations: readonly Migration[]): Promise<readonly string[]> {
  const applied = await appliedMigrations(db);
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `Reading the database's schema: a newer Autopack has migrated it (${unknown.join(", ")}). Update Autopack, or point DATABASE_URL to another database.`,
    );
  }
  return migrations.map(({ name }) => name).filter((name) => !applied.includes(name));
}

/** Undoes the last `steps` migrations, newest first; gives their names. */
export async function rollback(
  db: Knex,
  migrations: readonly Migration[],
  steps: number,
): Promise<{ readonly reverted: readonly string[] }> {
  return locked(db, async (tx) => {
    await pendingMigrations(tx, migrations);
    const reverted: string[] = [];
    for (let step = 0; step < steps; step += 1) {
      const [, names] = batch.parse(await tx.migrate.down({ migrationSource: sourceOf(migrations) }));
      reverted.push(...names);
    }
    return { reverted };
  });
}

/** What knex's migrator answers: the batch number and the names. */
const batch = z.tuple([z.number(), z.array(z.string())]);

/** The lock goes with the transaction, so nobody has to clean up after a process that was killed. */
async function locked<T>(db: Knex, work: (tx: Knex.Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.raw("select pg_advisory_xact_lock(?)", [migrationLock]);
    return work(tx);
  });
}

async function appliedMigrations(db: Knex): Promise<readonly string[]> {
  if (!(await db.schema.hasTable("knex_migrations"))) return [];
  const rows = await db<{ name: string }>("knex_migrations").select("name").orderBy("id");
  return rows.map(({ name }) => name);
}

function sourceOf(migrations: readonly Migration[]): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => [...migrations],
    getMigrationName: ({ name }) => name,
    getMigration: async (migration) => ({
      up: async (knex) => named(`Applying migration ${migration.name}`, migration.up(knex)),
      down: async (knex) => named(`Undoing migration ${migration.name}`, migration.down(knex)),
    }),
  };
}

async function named(doing: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw new Error(doing, { cause });
  }
}
