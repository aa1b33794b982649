import type { Knex } from "knex";

/**
 * What GitHub said of a branch and its repository, so that not every run asks anew; null where it would not say. And quick ways
 * from a commit to the promoted run that it is of, for reverts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table host_facts (
      repository_id bigint not null references repositories on delete cascade,
      branch        text not null,
      facts         jsonb,
      read_at       timestamptz not null default now(),
      primary key (repository_id, branch),
      constraint host_facts_object check (facts is null or jsonb_typeof(facts) = 'object')
    );
    create index runs_promoted_as on runs (repository_id, (state_detail ->> 'sha')) where state = 'promoted';
    create index checkpoints_by_sha on checkpoints (sha);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index checkpoints_by_sha, runs_promoted_as;
    drop table host_facts;
  `);
}
