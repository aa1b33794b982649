import type { Knex } from "knex";

/**
 * Runs `work` while no other process runs work under the same name. The lock dies with the process that holds it.
 *
 * Holds one pooled connection meanwhile, so the pool must be larger than the number of locks held at once.
 */
export async function withLock<T>(db: Knex, name: string, work: () => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [name]);
    return work();
  });
}

/** The lock under which a run's integration branch is written, or its head read and recorded. */
export function branchLock(runId: string): string {
  return `branch:${runId}`;
}

/** The lock under which a run is projected to GitHub. */
export function projectionLock(runId: string): string {
  return `projection:${runId}`;
}
