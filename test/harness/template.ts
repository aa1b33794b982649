import type { Knex } from "knex";
import { migrations } from "../../migrations/index.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openQueues } from "../../src/store/queue.ts";

/** What every test database starts with: the schema, and the job queues. */
export async function prepare(db: Knex, url: string): Promise<void> {
  await migrate(db, migrations);
  const boss = await openQueues(url, { supervise: false });
  await boss.stop({ graceful: false });
}
