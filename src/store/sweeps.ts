import type { Knex } from "knex";

export type SweepName = "deliveries" | "state";

/**
 * Up to when a sweep has found everything, by GitHub's clock or this database's, whichever it went by. A sweep that has
 * never been complete answers for nothing before now.
 */
export async function sweptUntil(db: Knex, name: SweepName): Promise<Date> {
  const row = await db<{ name: SweepName; last_complete_at: Date }>("sweeps").where({ name }).first();
  return row?.last_complete_at ?? new Date(await databaseTime(db));
}

/** Notes that a sweep has found everything up to `at`. Never goes back. */
export async function sweepCompleted(db: Knex, name: SweepName, at: Date): Promise<void> {
  await db.raw(
    `insert into sweeps (name, last_complete_at) values (?, ?)
      on conflict (name) do update set last_complete_at = greatest(sweeps.last_complete_at, excluded.last_complete_at)`,
    [name, at],
  );
}

/** By one clock for all processes, in milliseconds since 1970. */
export async function databaseTime(db: Knex): Promise<number> {
  const { rows } = await db.raw<{ rows: [{ at: Date }] }>("select clock_timestamp() as at");
  return rows[0].at.getTime();
}
