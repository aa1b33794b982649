import type { Knex } from "knex";

/**
 * The whole model of a run: its frozen strategy, tiers and waves, and what steers a phase through failures.
 *
 * A run that was under way is stopped: it was planned without a strategy, and has to be started anew.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table runs
      add column strategy      jsonb,
      add column strategy_hash text generated always as (strategy->>'hash') stored,
      add column quote         jsonb,
      add column landing       text,
      add column hold          jsonb,
      add column extra_budget  jsonb not null default '{}',
      add column rollback      jsonb,
      add column aged_findings jsonb not null default '[]',
      add constraint runs_strategy_has_hash check (strategy is null or strategy_hash ~ '^[0-9a-f]{64}$'),
      add constraint runs_hold_kind check (hold is null or hold->>'kind' in ('budget', 'person')),
      add constraint runs_rollback_builds check (rollback is null or state = 'building');

    update runs
       set state = 'failed', ended_at = now(), updated_at = now(), version = version + 1,
           state_detail = '{"reason": "environment", "message": "Autopack was upgraded while this run was under way. /autopack cancel ends it; /autopack run starts a new one.", "problems": []}'
     where state in ('awaiting_approval', 'building', 'verifying', 'promotable');

    alter table runs
      add constraint runs_planned_has_strategy check (strategy is not null or state not in ('awaiting_approval', 'building', 'verifying', 'promotable'));

    create table tiers (
      run_id      text not null references runs on delete cascade,
      ordinal     integer not null,
      title       text not null,
      state       text not null,
      cleanliness text,
      reasons     jsonb not null default '[]',
      primary key (run_id, ordinal),
      constraint tiers_state check (state in ('pending', 'in_progress', 'complete', 'failed', 'skipped')),
      constraint tiers_cleanliness check (cleanliness in ('clean', 'not_clean')),
      constraint tiers_judged_when_ended check (cleanliness is null or state in ('complete', 'failed', 'skipped')),
      constraint tiers_not_clean_has_reason check (cleanliness is distinct from 'not_clean' or jsonb_array_length(reasons) > 0)
    );

    create table waves (
      run_id     text not null references runs on delete cascade,
      number     integer not null,
      tier       integer not null,
      phases     integer[] not null,
      state      text not null default 'pending',
      base_sha   text,
      started_at timestamptz,
      ended_at   timestamptz,
      primary key (run_id, number),
      constraint waves_state check (state in ('pending', 'running', 'completed', 'failed', 'cancelled')),
      constraint waves_have_phases check (cardinality(phases) > 0),
      constraint waves_running_has_base check (state not in ('running', 'completed', 'failed') or base_sha is not null),
      constraint waves_ended_has_time check ((state in ('completed', 'failed', 'cancelled')) = (ended_at is not null))
    );
    create unique index waves_one_runs on waves (run_id) where state = 'running';

    alter table phases
      add column tier             integer not null default 1,
      add column category         text,
      add column raised_because   text,
      add column escalation_level integer not null default 0,
      add column acceptance       jsonb,
      add column findings         jsonb not null default '[]',
      add column failures         jsonb not null default '[]',
      add column uses_fallback    boolean not null default false,
      add column needs_install    boolean not null default false,
      add column approach         text,
      add constraint phases_tier check (tier >= 1),
      add constraint phases_escalation check (escalation_level >= 0);
    update phases set category = coalesce(plan->>'category', 'general');
    update phases set state_detail = state_detail || '{"cause": "unchanged"}' where state = 'skipped';
    update phases set state_detail = state_detail || '{"cause": "phases_failed"}' where state = 'failed';
    update phases set state_detail = state_detail || jsonb_build_object('landing', ordinal) where state = 'complete';
    alter table phases alter column category set not null,
      add constraint phases_left_out_has_cause check (state not in ('failed', 'skipped') or state_detail->>'cause' is not null),
      add constraint phases_complete_has_landing check (state <> 'complete' or (state_detail->>'landing')::int >= 1);
    create unique index phases_landing_once on phases (run_id, (state_detail->>'landing')) where state = 'complete';

    alter table attempts
      add column base_sha        text,
      add column agent_spec      text,
      add column acceptance_spec text,
      add column grant_amounts   jsonb,
      add column waits           integer not null default 0,
      add constraint attempts_waits check (waits >= 0);

    alter table checkpoints drop constraint checkpoints_pkey, add column landing integer;
    update checkpoints set landing = (select ordinal from phases where phases.id = checkpoints.phase_id);
    alter table checkpoints alter column landing set not null, add primary key (run_id, landing);
    create unique index checkpoints_phase_once on checkpoints (phase_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index checkpoints_phase_once;
    alter table checkpoints drop constraint checkpoints_pkey, drop column landing, add primary key (run_id, phase_id);
    alter table attempts drop column base_sha, drop column agent_spec, drop column acceptance_spec, drop column grant_amounts, drop column waits;
    drop index phases_landing_once;
    alter table phases
      drop constraint phases_left_out_has_cause, drop constraint phases_complete_has_landing,
      drop column tier, drop column category, drop column raised_because, drop column escalation_level, drop column acceptance,
      drop column findings, drop column failures, drop column uses_fallback, drop column needs_install, drop column approach;
    drop table waves;
    drop table tiers;
    alter table runs
      drop constraint runs_planned_has_strategy, drop constraint runs_rollback_builds, drop constraint runs_hold_kind, drop constraint runs_strategy_has_hash,
      drop column strategy_hash, drop column strategy, drop column quote, drop column landing, drop column hold, drop column extra_budget,
      drop column rollback, drop column aged_findings;
  `);
}
