import type { Knex } from "knex";

/** Commands are typed in review comments, too, whose reactions have another address; and installations are lost and come back. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table answers
      add column on_review boolean not null default false,
      add constraint answers_review_is_comment check (not on_review or comment_id is not null);
    create index repositories_by_installation on repositories (installation_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index repositories_by_installation;
    alter table answers drop column on_review;
  `);
}
