import type { Knex } from "knex";

/**
 * Findings as they occur in phases, and each repository's backlog of them.
 *
 * A sighting is a tier of a run that saw an entry; the age of an entry counts the sightings of its present epoch, and a new
 * one begins each time it is reopened.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table findings (
      id               bigint generated always as identity primary key,
      run_id           text not null references runs on delete cascade,
      phase_id         text not null references phases on delete cascade,
      attempt_id       text references attempts on delete cascade,
      stage            text not null,
      key              text not null,
      severity         text not null,
      aged             boolean not null default false,
      source           text not null,
      title            text not null,
      detail           text not null,
      path             text,
      start_line       integer,
      end_line         integer,
      evidence         jsonb not null default '[]',
      occurrence_count integer not null default 1,
      first_seen_at    timestamptz not null default now(),
      last_seen_at     timestamptz not null default now(),
      constraint findings_once unique nulls not distinct (phase_id, attempt_id, stage, key),
      constraint findings_stage check (stage in ('builder', 'gates', 'acceptance', 'auditor')),
      constraint findings_key check (length(key) between 1 and 400),
      constraint findings_severity check (severity in ('minor', 'major')),
      constraint findings_aged_is_major check (not aged or severity = 'major'),
      constraint findings_source check (source in ('test', 'probe', 'ci', 'static_check', 'builder', 'auditor', 'human')),
      constraint findings_lines check ((start_line is null) = (end_line is null) and
        (start_line is null or (path is not null and start_line >= 1 and end_line >= start_line))),
      constraint findings_evidence check (jsonb_typeof(evidence) = 'array'),
      constraint findings_occurred check (occurrence_count >= 1 and last_seen_at >= first_seen_at)
    );
    create index findings_by_run on findings (run_id, key);
    create index findings_by_attempt on findings (attempt_id) where attempt_id is not null;

    create table backlog (
      repository_id   bigint not null references repositories,
      key             text not null,
      title           text not null,
      detail          text not null default '',
      path            text,
      severity        text not null,
      source          text not null,
      status          text not null default 'open',
      epoch           integer not null default 1,
      first_run       text not null references runs,
      last_run        text not null references runs,
      first_seen_at   timestamptz not null default now(),
      last_seen_at    timestamptz not null default now(),
      resolved_run    text references runs,
      resolved_by     text,
      resolved_reason text,
      resolved_at     timestamptz,
      evidence        jsonb not null default '[]',
      primary key (repository_id, key),
      constraint backlog_key check (length(key) between 1 and 400),
      constraint backlog_severity check (severity in ('minor', 'major')),
      constraint backlog_source check (source in ('test', 'probe', 'ci', 'static_check', 'builder', 'auditor', 'human')),
      constraint backlog_status check (status in ('open', 'needs_cleanup', 'resolved')),
      constraint backlog_epoch check (epoch >= 1),
      constraint backlog_resolved_has_reason check
        ((status = 'resolved') = (resolved_at is not null) and (resolved_at is null) = (resolved_reason is null)),
      constraint backlog_resolved_by_one check
        (num_nonnulls(resolved_run, resolved_by) = case status when 'resolved' then 1 else 0 end),
      constraint backlog_reason_is_said check (resolved_reason <> ''),
      constraint backlog_seen check (last_seen_at >= first_seen_at),
      constraint backlog_evidence check (jsonb_typeof(evidence) = 'array')
    );
    create index backlog_newest on backlog (repository_id, status, last_seen_at desc, key);
    create index backlog_all_newest on backlog (last_seen_at desc, repository_id, key);
    create index backlog_by_first_run on backlog (first_run);
    create index backlog_by_last_run on backlog (last_run);
    create index backlog_by_resolved_run on backlog (resolved_run) where resolved_run is not null;

    create table backlog_sightings (
      repository_id bigint not null,
      key           text not null,
      run_id        text not null references runs,
      tier          integer not null,
      epoch         integer not null,
      seen_at       timestamptz not null default now(),
      primary key (repository_id, key, run_id, tier),
      foreign key (repository_id, key) references backlog on delete cascade,
      constraint backlog_sightings_tier check (tier >= 1),
      constraint backlog_sightings_epoch check (epoch >= 1)
    );
    create index backlog_sightings_by_run on backlog_sightings (run_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table backlog_sightings, backlog, findings");
}
