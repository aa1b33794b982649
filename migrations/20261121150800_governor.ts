import type { Knex } from "knex";

/** What an installation's requests to GitHub wait for, and how many a run has needed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table write_slots (
      installation_id bigint primary key,
      next_at         timestamptz not null,
      created         timestamptz[] not null default '{}',
      -- GitHub allows 500 creations an hour.
      constraint write_slots_hour check (cardinality(created) <= 500)
    );

    create table api_pauses (
      installation_id bigint not null,
      resource        text not null check (resource in ('core', 'graphql', 'search', 'all')),
      until           timestamptz not null,
      untold          smallint not null default 0 check (untold >= 0),
      primary key (installation_id, resource)
    );

    create table api_calls (
      run_id      text primary key references runs on delete cascade,
      calls       integer not null default 0 check (calls >= 0),
      conditional integer not null default 0 check (conditional >= 0)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table api_calls; drop table api_pauses; drop table write_slots`);
}
