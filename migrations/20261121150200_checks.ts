import type { Knex } from "knex";

/**
 * The check run that a commit has, by its name: a run's, or one on a commit that is no run's. Whoever wants to make one looks
 * here first, so that a commit never has two of one name.
 *
 * A row without \`remote_id\` is a creation that was begun: it may have taken effect, so the next try looks for it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table commit_checks (
      repository_id bigint not null references repositories,
      sha           text not null,
      name          text not null,
      external_id   text not null,
      remote_id     bigint,
      digest        text,
      begun_at      timestamptz not null default now(),
      primary key (repository_id, sha, name),
      constraint commit_checks_sha check (sha ~ '^[0-9a-f]{40}$'),
      constraint commit_checks_name check (name in ('preflight', 'ci', 'audit', 'promotion', 'config')),
      constraint commit_checks_written_exist check (digest is null or remote_id is not null)
    );

    insert into commit_checks (repository_id, sha, name, external_id, remote_id, begun_at)
      select distinct on (repository_id, split_part(target, ':', 3), split_part(target, ':', 2))
             repository_id, split_part(target, ':', 3), split_part(target, ':', 2),
             runs.id || '/' || split_part(target, ':', 2) || '/' || split_part(target, ':', 3), remote_id, begun_at
        from publications join runs on runs.id = publications.run_id
       where target ~ '^check:(preflight|ci|audit|promotion|config):[0-9a-f]{40}$'
       order by repository_id, split_part(target, ':', 3), split_part(target, ':', 2), begun_at desc;

    create index publications_open_checks on publications (run_id)
      where target like 'check:%' and (digest is null or digest like 'in_progress:%');
    create index runs_by_head on runs (repository_id, head_sha) where head_sha is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index runs_by_head;
    drop index publications_open_checks;
    drop table commit_checks;
  `);
}
