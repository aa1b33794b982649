import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Knex } from "knex";
import { migrations } from "../../migrations/index.ts";
import { connect } from "../../src/store/connect.ts";
import { migrate, rollback } from "../../src/store/migrate.ts";
import { startEmbedded } from "../../src/store/postgres/startEmbedded.ts";
import { dumpSchema } from "../harness/dumpSchema.ts";

/**
 * Checks the migrations on a real PostgreSQL: each goes up over the sample rows of those before it, down, and up again with
 * the same result; and all of them give the schema of fixtures/schema.sql (`--write` writes it).
 */
const SCHEMA = "fixtures/schema.sql";

async function withDatabase(work: (db: Knex) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "autopack-check-"));
  await chmod(dir, 0o711);
  const server = await startEmbedded({ dataDir: dir, settings: { fsync: "off" } });
  const db = connect(server.url);
  try {
    await work(db);
  } finally {
    await db.destroy();
    await server.stop();
    await rm(server.place, { recursive: true, force: true });
    await rm(dir, { recursive: true, force: true });
  }
}

/** Sample rows live in fixtures/migrations/<name>.sql and are put in once their migration is there. */
async function sample(db: Knex, name: string): Promise<void> {
  const file = `fixtures/migrations/${name}.sql`;
  if (!existsSync(file))
    throw new Error(`${file} is missing: every migration brings sample rows that later ones must keep`);
  await db.raw(await readFile(file, "utf8"));
}

async function climb(db: Knex): Promise<void> {
  for (const [index, migration] of migrations.entries()) {
    const upTo = migrations.slice(0, index + 1);
    const before = await dumpSchema(db);
    await migrate(db, upTo);
    const after = await dumpSchema(db);
    await rollback(db, upTo, 1);
    if ((await dumpSchema(db)) !== before) throw new Error(`${migration.name}: down does not undo up`);
    await migrate(db, upTo);
    if ((await dumpSchema(db)) !== after) throw new Error(`${migration.name}: a second up differs from the first`);
    await sample(db, migration.name);
  }
}

async function countRows(db: Knex): Promise<number> {
  const tables: string[] = await db("pg_tables")
    .where({ schemaname: "public" })
    .whereNot("tablename", "like", "knex%")
    .pluck("tablename");
  const counts = await Promise.all(tables.map(async (table) => db(table).count<{ count: number }[]>("* as count")));
  return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0);
}

await withDatabase(async (db) => {
  await climb(db);
  const schema = await dumpSchema(db);
  const rows = await countRows(db);
  if (process.argv.includes("--write")) await writeFile(SCHEMA, schema);
  const expected = existsSync(SCHEMA) ? await readFile(SCHEMA, "utf8") : "";
  if (schema !== expected) throw new Error(`the migrations do not give ${SCHEMA}`);
  await rollback(db, migrations, migrations.length);
  const left = await dumpSchema(db);
  if (left.trim() !== "") throw new Error(`after undoing every migration this is left:\n${left}`);
  console.log(
    `${migrations.length} migrations up, down and up again with ${rows} sample rows; the schema is ${SCHEMA}`,
  );
});
