import type { Knex } from "knex";

/**
 * What people let the rules' objections stand for, by fingerprint, and the rules' part of the configuration.
 *
 * Runs that were planned before the rules had settings get the usual ones: their change is judged like any other.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table runs
      add column accepted_objections jsonb not null default '[]',
      add constraint runs_accepted_objections check (jsonb_typeof(accepted_objections) = 'array');
    update runs
       set settings = settings || '{"gates": {
             "levels": {"tampering": "block", "secrets": "block", "dependencies": "block", "licence": "block",
                        "size": "block", "revert": "block", "unplanned": "block"},
             "licence": null,
             "secretsAllowed": {"fingerprints": [], "files": []}}}'::jsonb
     where jsonb_typeof(settings) = 'object' and not settings \\? 'gates';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update runs set settings = settings - 'gates' where jsonb_typeof(settings) = 'object';
    alter table runs drop column accepted_objections;
  `);
}
