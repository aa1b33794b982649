import type { Knex } from "knex";

/** Stored outputs, content-addressed and expiring, and the output of attempts that still run. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table artifacts (
      id         text primary key,
      media_type text not null,
      bytes      bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      constraint artifacts_id check (id ~ '^[0-9a-f]{64}$'),
      constraint artifacts_kept check (expires_at >= created_at + interval '7 days')
    );
    alter table artifacts alter column bytes set storage external;
    create index artifacts_expires_at on artifacts (expires_at);

    create table live_output (
      log        text not null,
      seq        integer not null,
      chunk      text not null,
      created_at timestamptz not null default now(),
      primary key (log, seq)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table live_output; drop table artifacts;`);
}
