import type { Knex } from "knex";

/** What GitHub told us: installations' repositories, and every webhook delivery, stored once under its GUID. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table repositories (
      id              bigint primary key,
      installation_id bigint not null,
      owner           text not null,
      name            text not null,
      is_private      boolean not null,
      default_branch  text not null,
      updated_at      timestamptz not null default now()
    );

    create table deliveries (
      id              uuid primary key,
      event           text not null,
      action          text,
      installation_id bigint,
      payload         json not null,
      state           text not null default 'received',
      error           text,
      received_at     timestamptz not null default now(),
      handled_at      timestamptz,
      constraint deliveries_state check (state in ('received', 'handled', 'ignored', 'failed')),
      constraint deliveries_handled_has_time check ((state = 'received') = (handled_at is null)),
      constraint deliveries_failed_has_error check (state <> 'failed' or error is not null)
    );
    create index deliveries_received_at on deliveries (received_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table deliveries; drop table repositories;`);
}
