import type { Knex } from "knex";

/**
 * Runs, their phases, attempts, gate results, approvals and checkpoints, and the history.
 *
 * The enums and invariants of the state machines stand here again, so that no writer can get past them. The history is
 * append-only and gapless per run by trigger.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table runs (
      id               text primary key,
      repository_id    bigint not null references repositories,
      issue_number     integer not null,
      title            text not null,
      body             text not null,
      requester        text not null,
      delivery_id      uuid unique,
      state            text not null default 'queued',
      state_detail     jsonb not null default '{}',
      settings         jsonb,
      config_hash      text,
      base_branch      text,
      base_sha         text,
      plan             jsonb,
      head_sha         text,
      verified_base    text,
      foreign_commits  integer not null default 0,
      pull_number      integer,
      pull_node_id     text,
      pull_draft       boolean,
      merge_refusal    jsonb,
      version          bigint not null default 0,
      event_count      bigint not null default 0,
      created_at       timestamptz not null default now(),
      updated_at       timestamptz not null default now(),
      ended_at         timestamptz,
      constraint runs_id check (id ~ '^[0-9]+-[a-z0-9]{8}$'),
      constraint runs_state check (state in ('queued', 'planning', 'awaiting_approval', 'building', 'verifying',
        'promotable', 'promoted', 'no_changes', 'failed', 'cancelled')),
      constraint runs_ended_has_time check ((state in ('promoted', 'no_changes', 'failed', 'cancelled')) = (ended_at is not null)),
      constraint runs_planned_has_settings check (state in ('queued', 'planning', 'failed', 'cancelled') or
        (settings is not null and plan is not null and base_sha is not null)),
      constraint runs_promotable_has_head check (state not in ('verifying', 'promotable') or head_sha is not null),
      constraint runs_pull_whole check ((pull_number is null) = (pull_node_id is null) and (pull_number is null) = (pull_draft is null)),
      constraint runs_head_sha check (head_sha ~ '^[0-9a-f]{40}$'),
      constraint runs_base_sha check (base_sha ~ '^[0-9a-f]{40}$')
    );
    create unique index runs_one_live_per_issue on runs (repository_id, issue_number)
      where state not in ('promoted', 'no_changes', 'failed', 'cancelled');
    create index runs_by_issue on runs (repository_id, issue_number, created_at desc);
    create unique index runs_by_pull on runs (repository_id, pull_number) where pull_number is not null;

    create table phases (
      id             text primary key,
      run_id         text not null references runs on delete cascade,
      ordinal        integer not null,
      plan           jsonb not null,
      state          text not null default 'queued',
      state_detail   jsonb not null default '{}',
      retry_attempt  integer not null default 0,
      revision_epoch integer not null default 0,
      audit_failures integer not null default 0,
      interruptions  integer not null default 0,
      candidate      jsonb,
      evidence       jsonb not null default '[]',
      verdict        jsonb,
      feedback       text,
      updated_at     timestamptz not null default now(),
      constraint phases_ordinal_once unique (run_id, ordinal),
      constraint phases_state check (state in ('queued', 'building', 'checking', 'auditing', 'integrating', 'complete', 'failed', 'skipped')),
      constraint phases_judged_have_candidate check (state not in ('checking', 'auditing', 'integrating') or candidate is not null),
      constraint phases_complete_has_sha check (state <> 'complete' or state_detail->>'sha' is not null),
      constraint phases_left_out_has_reason check (state not in ('failed', 'skipped') or state_detail->>'reason' is not null),
      constraint phases_counters check (retry_attempt >= 0 and revision_epoch >= 0 and audit_failures >= 0 and interruptions >= 0)
    );

    create table attempts (
      id              text primary key,
      phase_id        text not null references phases on delete cascade,
      number          integer not null,
      role            text not null,
      state           text not null default 'pending',
      worker_id       text,
      failure_class   text,
      failure_message text,
      log_id          text,
      usage           jsonb,
      created_at      timestamptz not null default now(),
      started_at      timestamptz,
      finished_at     timestamptz,
      constraint attempts_number_once unique (phase_id, number),
      constraint attempts_role check (role in ('planner', 'builder', 'auditor', 'investigator')),
      constraint attempts_state check (state in ('pending', 'running', 'paused', 'completed', 'failed', 'timed_out', 'cancelled', 'lost')),
      constraint attempts_finished_has_time check ((state in ('pending', 'running', 'paused')) = (finished_at is null)),
      constraint attempts_failed_has_failure check (state not in ('failed', 'timed_out') or failure_message is not null)
    );
    create unique index attempts_one_live_per_phase on attempts (phase_id) where finished_at is null;

    create table gates (
      run_id     text not null references runs on delete cascade,
      gate       text not null,
      sha        text not null,
      conclusion text not null,
      evidence   jsonb not null,
      created_at timestamptz not null default now(),
      primary key (run_id, gate, sha),
      constraint gates_gate check (gate in ('preflight', 'ci', 'audit')),
      constraint gates_conclusion check (conclusion in ('success', 'failure', 'skipped'))
    );

    create table approvals (
      run_id     text not null references runs on delete cascade,
      sha        text not null,
      login      text not null,
      created_at timestamptz not null default now(),
      primary key (run_id, sha, login)
    );

    create table checkpoints (
      run_id     text not null references runs on delete cascade,
      phase_id   text not null references phases on delete cascade,
      sha        text not null,
      created_at timestamptz not null default now(),
      primary key (run_id, phase_id)
    );

    create table events (
      run_id            text not null references runs,
      seq               bigint not null,
      kind              text not null,
      payload           jsonb not null,
      payload_truncated boolean not null default false,
      created_at        timestamptz not null default now(),
      primary key (run_id, seq),
      constraint events_payload_size check (length(payload::text) <= 8192)
    );

    create function events_number() returns trigger language plpgsql as $$
    begin
      update runs set event_count = event_count + 1 where id = new.run_id returning event_count into new.seq;
      return new;
    end $$;
    create trigger events_number before insert on events for each row execute function events_number();

    create function events_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the history is append-only: % on events refused', tg_op;
    end $$;
    create trigger events_append_only before update or delete on events for each row execute function events_append_only();
    create trigger events_not_truncated before truncate on events for each statement execute function events_append_only();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table events, checkpoints, approvals, gates, attempts, phases, runs;
    drop function events_number(); drop function events_append_only();
  `);
}
