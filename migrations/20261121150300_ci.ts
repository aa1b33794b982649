import type { Knex } from "knex";

/**
 * Runs that wait for the repository's own checks are found by the commit that these are about. Configurations from before
 * there were such checks wait for none.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index runs_awaiting on runs (repository_id, head_sha) where awaiting is not null;
    update runs set settings = '{"ciChecks": [], "ciStrictChecks": []}'::jsonb || settings where settings is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index runs_awaiting;
    update runs set settings = settings - 'ciChecks' - 'ciStrictChecks' where settings is not null;
  `);
}
