import type { Knex } from "knex";

/**
 * What looking at runs needs to stay quick however many there are: an index for each way to list and to find them.
 *
 * Ids are found by their beginning; only where the database sorts by bytes could the primary key do that as well.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index runs_newest on runs (created_at desc, id desc);
    create index runs_by_state on runs (state, created_at desc, id desc);
    create index runs_by_repository on runs (repository_id, created_at desc, id desc);
    create index runs_live on runs (created_at desc, id desc)
      where state not in ('promoted', 'no_changes', 'failed', 'cancelled');
    create index runs_by_prefix on runs (id text_pattern_ops);
    create index repositories_by_name on repositories (lower(owner), lower(name));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index runs_newest, runs_by_state, runs_by_repository, runs_live, runs_by_prefix, repositories_by_name;
  `);
}
