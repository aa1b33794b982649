import type { Knex } from "knex";

/**
 * What GitHub shows of a run as last written, and the answers owed to commands.
 *
 * A row without \`published_at\` is a write that was begun: it may have taken effect, so the next try looks first.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table publications (
      run_id       text not null references runs on delete cascade,
      target       text not null,
      digest       text,
      remote_id    bigint,
      begun_at     timestamptz not null default now(),
      published_at timestamptz,
      primary key (run_id, target),
      constraint publications_published_has_digest check (published_at is null or digest is not null)
    );

    create table answers (
      id              uuid primary key,
      repository_id   bigint not null references repositories,
      issue_number    integer not null,
      comment_id      bigint,
      label_to_remove text,
      answer          jsonb not null,
      begun_at        timestamptz,
      posted_at       timestamptz,
      created_at      timestamptz not null default now()
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table answers; drop table publications;`);
}
