import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";

/** When a run was asked for, as an ISO time. @throws when there is no such run */
export async function runAskedAt(db: Knex, id: RunId): Promise<string> {
  const [row] = await db("runs").where({ id }).select<{ created_at: Date }[]>("created_at");
  if (row === undefined) throw new Error(`Reading when a run was asked for: there is no run ${id}`);
  return row.created_at.toISOString();
}
