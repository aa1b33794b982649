import type { Knex } from "knex";

/** Each call of a model by an attempt, as the model gateway metered it, and the bodies that the operator wants kept. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table model_calls (
      attempt_id         text not null references attempts on delete cascade,
      number             integer not null,
      provider           text not null,
      model              text not null,
      input_tokens       bigint not null,
      cache_read_tokens  bigint not null,
      cache_write_tokens bigint not null,
      output_tokens      bigint not null,
      reasoning_tokens   bigint not null,
      -- Null: the model has no price.
      cost_micros        bigint,
      status             smallint not null,
      duration_ms        bigint not null,
      retries            integer not null,
      is_estimated       boolean not null,
      started_at         timestamptz not null,
      constraint model_calls_pkey primary key (attempt_id, number),
      constraint model_calls_number check (number >= 1),
      constraint model_calls_names check (provider <> '' and length(provider) <= 100 and model <> '' and length(model) <= 300),
      constraint model_calls_amounts check (input_tokens >= 0 and cache_read_tokens >= 0 and cache_write_tokens >= 0
        and output_tokens >= 0 and reasoning_tokens >= 0 and cost_micros >= 0 and duration_ms >= 0 and retries >= 0),
      constraint model_calls_status check (status between 100 and 599)
    );

    create table model_bodies (
      attempt_id  text not null,
      number      integer not null,
      direction   text not null,
      artifact_id text not null references artifacts on delete cascade,
      constraint model_bodies_pkey primary key (attempt_id, number, direction),
      constraint model_bodies_attempt foreign key (attempt_id) references attempts on delete cascade,
      constraint model_bodies_direction check (direction in ('request', 'answer')),
      constraint model_bodies_number check (number >= 1)
    );
    create index model_bodies_by_artifact on model_bodies (artifact_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table model_bodies; drop table model_calls");
}
