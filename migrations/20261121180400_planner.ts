import type { Knex } from "knex";

/** The writing of a plan is a phase with ordinal and tier 0. Attempts say which version of an agent they were done by. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table phases
      drop constraint phases_tier,
      add constraint phases_tier check (tier >= 0 and ordinal >= 0),
      add constraint phases_planner check ((tier = 0) = (ordinal = 0)),
      add constraint phases_planner_lands_nothing check (ordinal > 0 or state in ('queued', 'building', 'failed', 'skipped'));
    alter table attempts add column agent_version text;

    -- Runs under way go on by the settings they were planned with.
    create or replace function pg_temp.with_model(agent jsonb) returns jsonb language sql as $$
      select case when jsonb_typeof(agent) = 'object'
        then '{"model": null, "failover": []}' || agent || jsonb_build_object('limits', '{"turns": null, "diskBytes": 10737418240}' || (agent->'limits'))
        else agent end
    $$;
    update runs set settings = '{"planner": null, "otherAuditors": [], "finalAudit": "never", "minCatchRate": null, "prompts": {}}'
        || settings || jsonb_build_object(
          'builder', pg_temp.with_model(settings->'builder'),
          'auditor', pg_temp.with_model(settings->'auditor'),
          'investigator', pg_temp.with_model(settings->'investigator'),
          'fallbackBuilder', pg_temp.with_model(settings->'fallbackBuilder'),
          'alternatives', (select coalesce(jsonb_object_agg(key, pg_temp.with_model(value)), '{}')
                             from jsonb_each(coalesce(settings->'alternatives', '{}'))))
      where settings is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table attempts drop column agent_version;
    delete from phases where ordinal = 0;
    alter table phases
      drop constraint phases_planner_lands_nothing, drop constraint phases_planner, drop constraint phases_tier,
      add constraint phases_tier check (tier >= 1);
  `);
}
