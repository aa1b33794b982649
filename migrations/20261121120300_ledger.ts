import type { Knex } from "knex";

/**
 * The ledger: what is reserved for and used by each attempt and CI run, and each minor finding.
 *
 * The columns of amounts hold what counts as spent now: what was reserved while that is under way, what was used when it
 * has been settled, nothing when it was released. Attempts of before are settled with what they reported.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger_entries (
      id            bigint generated always as identity primary key,
      repository_id bigint not null references repositories,
      run_id        text not null references runs on delete cascade,
      issue_number  integer not null,
      phase_id      text references phases on delete cascade,
      tier          integer,
      attempt_id    text references attempts on delete cascade,
      purpose       text not null,
      key           text not null,
      state         text not null,
      granted       jsonb not null default '{}',
      tokens        bigint not null default 0,
      cost_micros   bigint not null default 0,
      turns         bigint not null default 0,
      milliseconds  bigint not null default 0,
      ci_runs       bigint not null default 0,
      findings      bigint not null default 0,
      ran_ms        bigint not null default 0,
      running_since timestamptz,
      created_at    timestamptz not null default now(),
      settled_at    timestamptz,
      day           date generated always as ((created_at at time zone 'UTC')::date) stored,
      constraint ledger_entries_key_once unique (key),
      constraint ledger_entries_purpose check (purpose in ('attempt', 'ci', 'investigation', 'finding')),
      constraint ledger_entries_state check (state in ('reserved', 'settled', 'released')),
      constraint ledger_entries_key_text check (key <> '' and length(key) <= 500),
      constraint ledger_entries_amounts check (tokens >= 0 and cost_micros >= 0 and turns >= 0 and milliseconds >= 0
        and ci_runs >= 0 and findings >= 0 and ran_ms >= 0),
      constraint ledger_entries_closed_has_time check ((state = 'reserved') = (settled_at is null)),
      constraint ledger_entries_released_is_nothing check (state <> 'released' or
        (tokens = 0 and cost_micros = 0 and turns = 0 and milliseconds = 0 and ci_runs = 0 and findings = 0)),
      constraint ledger_entries_phase_has_tier check ((phase_id is null) = (tier is null)),
      constraint ledger_entries_attempt_has_phase check
        ((purpose in ('attempt', 'investigation')) = (attempt_id is not null) and (attempt_id is null or phase_id is not null)),
      constraint ledger_entries_runs_while_reserved check (running_since is null or (state = 'reserved' and attempt_id is not null)),
      constraint ledger_entries_finding_counts_one check (purpose <> 'finding' or
        (findings = 1 and state = 'settled' and tokens = 0 and cost_micros = 0 and turns = 0 and milliseconds = 0 and ci_runs = 0))
    );
    create index ledger_entries_by_tier on ledger_entries (run_id, tier);
    create index ledger_entries_by_phase on ledger_entries (phase_id) where phase_id is not null;
    create index ledger_entries_by_issue on ledger_entries (repository_id, issue_number);
    create index ledger_entries_by_day on ledger_entries (repository_id, day);
    create index ledger_entries_newest on ledger_entries (repository_id, id desc) where phase_id is not null;
    create unique index ledger_entries_attempt_once on ledger_entries (attempt_id) where attempt_id is not null;
    create index ledger_entries_open on ledger_entries (run_id) where state = 'reserved';

    insert into ledger_entries (repository_id, run_id, issue_number, phase_id, tier, attempt_id, purpose, key, state,
        tokens, cost_micros, turns, milliseconds, ran_ms, created_at, settled_at)
    select runs.repository_id, runs.id, runs.issue_number, phases.id, phases.tier, attempts.id,
           case attempts.role when 'investigator' then 'investigation' else 'attempt' end, attempts.id, 'settled',
           coalesce((usage->>'inputTokens')::numeric, 0) + coalesce((usage->>'outputTokens')::numeric, 0),
           round(coalesce((usage->>'costUsd')::numeric, 0) * 1000000), coalesce((usage->>'turns')::numeric, 0),
           took.ms, took.ms, started_at, finished_at
      from attempts
      join phases on phases.id = attempts.phase_id
      join runs on runs.id = phases.run_id
     cross join lateral (
       select greatest(0, round(extract(epoch from finished_at - started_at) * 1000))::bigint as ms
     ) as took
     where started_at is not null and finished_at is not null
     order by started_at;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table ledger_entries");
}
