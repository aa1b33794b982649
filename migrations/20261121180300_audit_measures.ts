import type { Knex } from "knex";

/** How good Auditors are: measurements with seeded defects, and what each of their shadow audits showed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table audit_measures (
      id             uuid primary key,
      -- \`owner/name\`, as it was called then: a measurement outlives the repository's record.
      repository     text not null,
      backend        text not null,
      -- \`provider/model\`; empty for an agent that asks no model through the gateway.
      model          text not null,
      prompt_version text not null,
      profile        text not null,
      seed           bigint not null,
      seeded         integer not null default 0,
      caught         integer not null default 0,
      controls       integer not null default 0,
      false_alarms   integer not null default 0,
      not_judged     integer not null default 0,
      cost_micros    bigint not null default 0,
      tokens         bigint not null default 0,
      started_at     timestamptz not null,
      finished_at    timestamptz,
      constraint audit_measures_names check (repository <> '' and backend <> ''),
      constraint audit_measures_counts check (caught between 0 and seeded and false_alarms between 0 and controls
        and not_judged >= 0 and cost_micros >= 0 and tokens >= 0),
      constraint audit_measures_times check (finished_at >= started_at)
    );
    create index audit_measures_by_auditor on audit_measures (backend, model, finished_at desc);
    create index audit_measures_by_repository on audit_measures (repository, started_at desc);

    create table audit_samples (
      measure_id uuid not null references audit_measures on delete cascade,
      number     integer not null,
      -- Null: a clean control.
      defect     text,
      category   text,
      path       text,
      line       integer,
      verdict    text,
      outcome    text not null,
      constraint audit_samples_pkey primary key (measure_id, number),
      constraint audit_samples_number check (number >= 1),
      constraint audit_samples_defect check ((defect is null) = (category is null) and (defect is null) = (path is null)
        and (defect is null) = (line is null)),
      constraint audit_samples_line check (line >= 1),
      constraint audit_samples_verdict check (verdict in ('approve', 'revise', 'escalate')),
      constraint audit_samples_outcome check (outcome in ('caught', 'missed', 'false_alarm', 'clean', 'not_judged')),
      constraint audit_samples_outcome_fits check (case outcome
        when 'not_judged' then verdict is null
        when 'caught' then defect is not null and verdict <> 'approve'
        when 'missed' then defect is not null and verdict is not null
        when 'clean' then defect is null and verdict = 'approve'
        when 'false_alarm' then defect is null and verdict <> 'approve' end)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table audit_samples; drop table audit_measures");
}
