import type { Knex } from "knex";

/**
 * How live runs would merge with each other and with their bases. One row a pair, `run_id` the smaller id of two runs; without
 * `other_id` the other side is the base. Bound to the two commits it was computed of, so that it is computed once for these.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table conflict_forecasts (
      run_id      text not null references runs on delete cascade,
      other_id    text references runs on delete cascade,
      head        text not null check (head ~ '^[0-9a-f]{40}$'),
      other_head  text not null check (other_head ~ '^[0-9a-f]{40}$'),
      paths       jsonb not null check (jsonb_typeof(paths) = 'array'),
      computed_at timestamptz not null default now(),
      constraint conflict_forecasts_once unique nulls not distinct (run_id, other_id),
      constraint conflict_forecasts_ordered check (run_id < other_id)
    );
    create index conflict_forecasts_by_other on conflict_forecasts (other_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table conflict_forecasts`);
}
