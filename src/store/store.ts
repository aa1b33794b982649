import type { Knex } from "knex";
import type { PgBoss } from "pg-boss";

/** The database: rows through `knex`, jobs through `boss`, in one PostgreSQL so that both commit together. */
export interface Store {
  readonly knex: Knex;
  readonly boss: PgBoss;
}
