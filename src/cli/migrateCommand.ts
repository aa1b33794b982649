import { Command } from "commander";
import { migrations } from "../../migrations/index.ts";
import { assertServerVersion, connect } from "../store/connect.ts";
import { migrate, pendingMigrations, rollback } from "../store/migrate.ts";
import { loadEnvironment, openLog } from "./settings.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly down?: string;
}

/** Brings the database's schema up to date. `start`, `serve` and `worker` do so as well. */
export function migrateCommand(): Command {
  return new Command("migrate")
    .description("bring the database's schema up to date")
    .option("--dry-run", "only say what would be done")
    .option("--down <steps>", "undo that many migrations instead, newest first; their data is lost")
    .action(async (options: Options) => {
      const environment = loadEnvironment();
      const { openDatabase } = await import("../main.ts");
      const database = await openDatabase(environment, openLog({ ...environment, logLevel: "warn" }));
      const db = connect(database.url, { applicationName: "autopack migrate" });
      try {
        await assertServerVersion(db);
        process.stdout.write(`${await run(db, options)}\n`);
      } finally {
        await db.destroy();
        await database.stop();
      }
    });
}

async function run(db: ReturnType<typeof connect>, { dryRun, down }: Options): Promise<string> {
  if (down !== undefined) {
    const steps = Number(down);
    if (!Number.isInteger(steps) || steps < 1) throw new Error(`--down takes a number of migrations, not “${down}”`);
    const { reverted } = await rollback(db, migrations, steps);
    return `undone: ${reverted.join(", ")}`;
  }
  const pending = await pendingMigrations(db, migrations);
  if (dryRun === true) return pending.length === 0 ? "nothing to do" : `would apply: ${pending.join(", ")}`;
  const { applied } = await migrate(db, migrations);
  return applied.length === 0 ? "nothing to do: the schema is up to date" : `applied: ${applied.join(", ")}`;
}
