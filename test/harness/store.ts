import { openQueues } from "../../src/store/queue.ts";
import type { Store } from "../../src/store/store.ts";
import { createDatabase } from "./database.ts";

/** A store on a database of its own: rows and job queues, nothing running. */
export async function createStore(): Promise<Store & { readonly url: string; drop(): Promise<void> }> {
  const database = await createDatabase();
  const boss = await openQueues(database.url, { supervise: false });
  return {
    knex: database.knex,
    boss,
    url: database.url,
    async drop() {
      await boss.stop({ graceful: false });
      await database.drop();
    },
  };
}
