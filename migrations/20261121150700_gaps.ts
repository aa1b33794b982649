import type { Knex } from "knex";

/**
 * Webhooks that did not come: how far each sweep has looked, and the ledger of what it found missing.
 *
 * A delivery names what it tells (`topic`), so that the same news from GitHub and from a sweep is acted on once. Sweeps
 * answer for what happens from here on: what was missed before is nobody's any more.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table deliveries
      add column source text not null default 'webhook',
      add column topic text,
      add column happened_at timestamptz,
      add constraint deliveries_source check (source in ('webhook', 'sweep')),
      add constraint deliveries_time_of_topic check (happened_at is null or topic is not null);
    create index deliveries_topic on deliveries (topic) where topic is not null;

    alter table repositories add column swept_at timestamptz;

    create table sweeps (
      name             text primary key,
      last_complete_at timestamptz not null,
      constraint sweeps_name check (name in ('deliveries', 'state'))
    );
    insert into sweeps (name, last_complete_at) values ('deliveries', now()), ('state', now());

    create table gaps (
      guid            uuid primary key,
      kind            text not null,
      event           text not null,
      action          text,
      repository_id   bigint,
      installation_id bigint,
      delivery_id     text,
      delivered_at    timestamptz not null,
      noticed_at      timestamptz not null default now(),
      requested_at    timestamptz,
      attempts        integer not null default 0,
      closed_at       timestamptz,
      closed_by       text,
      constraint gaps_kind check (kind in ('delivery', 'state')),
      constraint gaps_closed_by check (closed_by in ('redelivery', 'state_sweep', 'given_up')),
      constraint gaps_closed_has_time check ((closed_at is null) = (closed_by is null)),
      constraint gaps_delivery_has_id check ((kind = 'delivery') = (delivery_id is not null)),
      constraint gaps_delivery_id check (delivery_id ~ '^[0-9]+$'),
      constraint gaps_asked_has_time check (attempts >= 0 and (attempts = 0) = (requested_at is null)),
      constraint gaps_state_is_closed check (kind = 'delivery' or closed_by is not distinct from 'state_sweep')
    );
    create index gaps_open on gaps (delivered_at) where closed_at is null;
    create index gaps_closed on gaps (closed_at) where closed_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table gaps;
    drop table sweeps;
    alter table repositories drop column swept_at;
    drop index deliveries_topic;
    alter table deliveries drop column source, drop column topic, drop column happened_at;
  `);
}
