import type { Knex } from "knex";

/** What people can ask of a run from GitHub, and what GitHub says of the repository. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table runs
      add column wishes jsonb not null default '{"form": "change", "strict": false, "base": null, "agent": null}',
      add column overrides jsonb not null default '[]',
      add column rerun jsonb,
      add column awaiting jsonb,
      add column promote_asked jsonb,
      add column edited jsonb,
      add column closing jsonb,
      add column ground jsonb,
      add column reverted jsonb,
      add constraint runs_form check (wishes ->> 'form' in ('change', 'spec', 'dry_run', 'debt')),
      add constraint runs_overrides check (jsonb_typeof(overrides) = 'array'),
      add constraint runs_rerun_verifies check (rerun is null or state in ('building', 'verifying')),
      add constraint runs_awaiting_verifies check (awaiting is null or state = 'verifying'),
      add constraint runs_reverted_promoted check (reverted is null or state = 'promoted')
  `);
  // Runs under way keep the configuration they were planned with, in the words that are read now.
  await knex.raw(`
    update runs set settings = settings
      || '{"alternatives": {}, "reviewRounds": 3, "closeGraceMs": 600000}'
      || jsonb_build_object('promotion', (settings -> 'promotion') - 'autoMerge' || jsonb_build_object(
           'ready', 'auto',
           'merge', case when (settings -> 'promotion' ->> 'autoMerge')::boolean then 'autopack' else 'people' end))
    where jsonb_typeof(settings -> 'promotion') = 'object'
  `);
  await knex.raw(`update runs set hold = hold || '{"how": "hold"}' where hold ->> 'kind' = 'person'`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`update runs set hold = hold - 'how' where hold ->> 'kind' = 'person'`);
  await knex.raw(`
    update runs set settings = settings - 'alternatives' - 'reviewRounds' - 'closeGraceMs'
      || jsonb_build_object('promotion', (settings -> 'promotion') - 'ready' - 'merge'
           || jsonb_build_object('autoMerge', settings -> 'promotion' ->> 'merge' = 'autopack'))
    where jsonb_typeof(settings -> 'promotion') = 'object'
  `);
  await knex.raw(`
    alter table runs
      drop column wishes, drop column overrides, drop column rerun, drop column awaiting, drop column promote_asked,
      drop column edited, drop column closing, drop column ground, drop column reverted
  `);
}
