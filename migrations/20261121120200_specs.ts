import type { Knex } from "knex";

/**
 * How attempts are done and judged, what was found, and what test commands say of bases.
 *
 * Specs are content-addressed, counted in versions by name, and never change: their tables refuse it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table agent_specs (
      id            text primary key,
      repository_id bigint not null references repositories,
      name          text not null,
      version       integer not null,
      content       jsonb not null,
      created_at    timestamptz not null default now(),
      constraint agent_specs_version_once unique (repository_id, name, version),
      constraint agent_specs_id check (id ~ '^[0-9a-f]{64}$'),
      constraint agent_specs_version check (version >= 1),
      constraint agent_specs_role check (coalesce(content->>'role' in ('planner', 'builder', 'auditor', 'investigator'), false))
    );

    create table acceptance_specs (
      id            text primary key,
      repository_id bigint not null references repositories,
      name          text not null,
      version       integer not null,
      content       jsonb not null,
      created_at    timestamptz not null default now(),
      constraint acceptance_specs_version_once unique (repository_id, name, version),
      constraint acceptance_specs_id check (id ~ '^[0-9a-f]{64}$'),
      constraint acceptance_specs_version check (version >= 1),
      constraint acceptance_specs_gate_mode check (coalesce(content->>'gateMode' in ('all_pass', 'any_pass', 'weighted'), false)),
      constraint acceptance_specs_min_score check ((content->>'minScore')::float8 between 0 and 1),
      constraint acceptance_specs_have_validators check (
        coalesce(jsonb_array_length(case jsonb_typeof(content->'validators') when 'array' then content->'validators' end), 0) > 0
      )
    );

    create function specs_never_change() returns trigger language plpgsql as $$
    begin
      raise exception 'specs never change: % on % refused', tg_op, tg_table_name;
    end $$;
    create trigger agent_specs_never_change before update or delete on agent_specs for each row execute function specs_never_change();
    create trigger agent_specs_not_truncated before truncate on agent_specs for each statement execute function specs_never_change();
    create trigger acceptance_specs_never_change before update or delete on acceptance_specs for each row execute function specs_never_change();
    create trigger acceptance_specs_not_truncated before truncate on acceptance_specs for each statement execute function specs_never_change();

    alter table attempts
      add constraint attempts_agent_spec_fkey foreign key (agent_spec) references agent_specs,
      add constraint attempts_acceptance_spec_fkey foreign key (acceptance_spec) references acceptance_specs;
    create index attempts_by_agent_spec on attempts (agent_spec) where agent_spec is not null;
    create index attempts_by_acceptance_spec on attempts (acceptance_spec) where acceptance_spec is not null;

    create table acceptance_results (
      run_id          text not null references runs on delete cascade,
      phase_id        text not null references phases on delete cascade,
      attempt_id      text not null references attempts on delete cascade,
      tree            text not null,
      acceptance_spec text references acceptance_specs,
      verdict         text not null,
      score           double precision not null,
      reason          text not null,
      results         jsonb not null,
      created_at      timestamptz not null default now(),
      primary key (attempt_id, tree),
      constraint acceptance_results_tree check (tree ~ '^[0-9a-f]{40}$'),
      constraint acceptance_results_verdict check (verdict in ('passed', 'failed', 'error')),
      constraint acceptance_results_score check (score between 0 and 1)
    );
    create index acceptance_results_by_run on acceptance_results (run_id, created_at);
    create index acceptance_results_by_phase on acceptance_results (phase_id, created_at);
    create index acceptance_results_by_spec on acceptance_results (acceptance_spec) where acceptance_spec is not null;

    create table baselines (
      repository_id bigint not null references repositories,
      sha           text not null,
      command_hash  text not null,
      content       jsonb not null,
      created_at    timestamptz not null default now(),
      expires_at    timestamptz not null,
      primary key (repository_id, sha, command_hash),
      constraint baselines_sha check (sha ~ '^[0-9a-f]{40}$'),
      constraint baselines_command_hash check (command_hash ~ '^[0-9a-f]{64}$'),
      constraint baselines_expire check (expires_at > created_at)
    );
    create index baselines_by_expiry on baselines (repository_id, expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table baselines;
    drop table acceptance_results;
    alter table attempts drop constraint attempts_agent_spec_fkey, drop constraint attempts_acceptance_spec_fkey;
    drop index attempts_by_agent_spec, attempts_by_acceptance_spec;
    drop table acceptance_specs, agent_specs;
    drop function specs_never_change();
  `);
}
