import type { Knex } from "knex";

/**
 * Workers with their heartbeats, who uses which artifact, and which branches were given to be deleted.
 *
 * An artifact of a run outlives it by 7 days: a trigger refuses to delete it earlier, whoever asks.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table workers (
      id           text primary key,
      hostname     text not null,
      pid          integer not null,
      version      text not null,
      sessions     text,
      state        text not null default 'up',
      concurrency  integer not null,
      rss_bytes    bigint not null,
      cpu_percent  real not null,
      started_at   timestamptz not null default now(),
      heartbeat_at timestamptz not null default now(),
      gone_at      timestamptz,
      constraint workers_state check (state in ('up', 'draining', 'gone')),
      constraint workers_gone_has_time check ((state = 'gone') = (gone_at is not null)),
      constraint workers_sessions check (sessions ~ '^[0-9a-f]{8}$'),
      constraint workers_measures check (pid > 0 and concurrency > 0 and rss_bytes >= 0 and cpu_percent >= 0)
    );
    create index workers_live on workers (heartbeat_at) where state <> 'gone';
    create index workers_gone on workers (gone_at) where state = 'gone';

    create table heartbeats (
      attempt_id       text not null references attempts on delete cascade,
      at               timestamptz not null default now(),
      status           text not null,
      progress_percent smallint,
      memory_bytes     bigint,
      cpu_percent      real,
      primary key (attempt_id, at),
      constraint heartbeats_status check (status in ('running', 'paused')),
      constraint heartbeats_measures check (progress_percent between 0 and 100 and memory_bytes >= 0 and cpu_percent >= 0)
    );
    create index heartbeats_at on heartbeats (at);
    create index attempts_owned on attempts (worker_id) where state = 'running';

    create table artifact_uses (
      artifact_id text not null references artifacts on delete cascade,
      run_id      text not null references runs on delete cascade,
      primary key (artifact_id, run_id)
    );
    create index artifact_uses_by_run on artifact_uses (run_id);

    insert into artifact_uses (artifact_id, run_id)
    select distinct artifacts.id, found.run_id from (
      select run_id, unnest(array(select m[1] from regexp_matches(payload::text, '"([0-9a-f]{64})"', 'g') m)) as id from events
      union all
      select run_id, unnest(array(select m[1] from regexp_matches(concat(candidate::text, evidence::text, verdict::text),
        '"([0-9a-f]{64})"', 'g') m)) from phases
      union all
      select run_id, unnest(array(select m[1] from regexp_matches(evidence::text, '"([0-9a-f]{64})"', 'g') m)) from gates
      union all
      select phases.run_id, attempts.log_id from attempts join phases on phases.id = attempts.phase_id
    ) found join artifacts on artifacts.id = found.id;

    create function artifacts_outlive_runs() returns trigger language plpgsql as $$
    declare blocking text;
    begin
      select runs.id into blocking from artifact_uses join runs on runs.id = artifact_uses.run_id
        where artifact_uses.artifact_id = old.id and (runs.ended_at is null or runs.ended_at > now() - interval '7 days') limit 1;
      if blocking is not null then
        raise exception 'artifact % is kept: run % is live, or ended less than 7 days ago', old.id, blocking
          using errcode = 'check_violation', table = 'artifacts', constraint = 'artifacts_outlive_runs';
      end if;
      return old;
    end $$;
    create trigger artifacts_outlive_runs before delete on artifacts for each row execute function artifacts_outlive_runs();

    alter table runs add column branch_swept_at timestamptz;
    create index runs_branch_due on runs (ended_at) where state in ('failed', 'cancelled', 'no_changes')
      and head_sha is not null and (branch_swept_at is null or branch_swept_at < ended_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index runs_branch_due;
    alter table runs drop column branch_swept_at;
    drop trigger artifacts_outlive_runs on artifacts;
    drop function artifacts_outlive_runs();
    drop table artifact_uses;
    drop index attempts_owned;
    drop table heartbeats;
    drop table workers;
  `);
}
