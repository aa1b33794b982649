import type { Knex } from "knex";

/**
 * What phases were expected to touch, and how that compares with what they did.
 *
 * A prediction gets its verdict when its phase has landed; what the phase really touched is then stored beside it, as
 * `validated`. Reads never get one: no diff shows them. Paths may be longer than an index entry, so uniqueness is by digest.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table impact_predictions (
      id         bigint generated always as identity primary key,
      run_id     text not null references runs on delete cascade,
      phase_id   text not null references phases on delete cascade,
      path       text not null,
      operation  text not null,
      source     text not null,
      confidence double precision not null,
      hit        boolean,
      created_at timestamptz not null default now(),
      scored_at  timestamptz,
      constraint impact_predictions_path check (path <> ''),
      constraint impact_predictions_operation check (operation in ('create', 'update', 'delete', 'read')),
      constraint impact_predictions_source check (source in ('declared', 'pattern', 'history', 'agent', 'validated')),
      constraint impact_predictions_confidence check (confidence between 0 and 1),
      constraint impact_predictions_scored_has_verdict check
        (case operation when 'read' then hit is null else (hit is null) = (scored_at is null) end),
      constraint impact_predictions_validated_is_scored check
        (source <> 'validated' or (scored_at is not null and operation <> 'read'))
    );
    create unique index impact_predictions_once on impact_predictions (phase_id, source, operation, md5(path));
    create index impact_predictions_by_run on impact_predictions (run_id);

    create table impact_scores (
      phase_id      text primary key references phases on delete cascade,
      repository_id bigint not null references repositories,
      category      text not null,
      touched       integer not null,
      "precision"   double precision,
      recall        double precision,
      scored_at     timestamptz not null default now(),
      constraint impact_scores_touched check (touched >= 0),
      constraint impact_scores_precision check ("precision" between 0 and 1),
      constraint impact_scores_recall check (recall between 0 and 1),
      constraint impact_scores_recall_of_something check ((recall is null) = (touched = 0))
    );
    create index impact_scores_newest on impact_scores (repository_id, scored_at desc, phase_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table impact_scores, impact_predictions;`);
}
