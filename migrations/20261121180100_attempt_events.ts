import type { Knex } from "knex";

/** What agents do, as it happens; and attempts that are offered to agents outside, with what those hand in. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table attempt_events (
      attempt_id        text not null references attempts on delete cascade,
      -- The last number is for the notice that nothing more is kept.
      seq               integer not null check (seq between 1 and 10001),
      at                timestamptz not null default now(),
      kind              text not null,
      payload           jsonb not null,
      payload_truncated boolean not null default false,
      primary key (attempt_id, seq),
      constraint attempt_events_kind check (kind in ('turn', 'message', 'tool_call', 'tool_result', 'usage', 'notice')),
      constraint attempt_events_payload_size check (jsonb_typeof(payload) = 'object' and length(payload::text) <= 4096)
    );
    create index attempt_events_at on attempt_events (at);

    create table external_attempts (
      attempt_id     text primary key references attempts on delete cascade,
      instructions   text not null,
      context        jsonb not null,
      starting_patch bytea,
      offered_at     timestamptz not null default now(),
      expires_at     timestamptz not null,
      claimed_by     text,
      claimed_at     timestamptz,
      -- The worker waits no more.
      withdrawn_at   timestamptz,
      result         jsonb,
      patch          bytea,
      digest         text,
      submitted_at   timestamptz,
      constraint external_attempts_claim_whole check ((claimed_by is null) = (claimed_at is null)),
      constraint external_attempts_claimed_by check (length(claimed_by) between 1 and 100),
      constraint external_attempts_submitted_whole check ((submitted_at is null) = (digest is null)),
      constraint external_attempts_result_submitted check (submitted_at is not null or (result is null and patch is null)),
      constraint external_attempts_digest check (digest ~ '^[0-9a-f]{64}$'),
      constraint external_attempts_patch_size check (octet_length(patch) <= 16777216 and octet_length(starting_patch) <= 268435456)
    );
    create index external_attempts_open on external_attempts (offered_at) where submitted_at is null and withdrawn_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table external_attempts; drop table attempt_events;`);
}
