import type { Knex } from "knex";
import * as inbox from "./20261121090000_inbox.ts";
import * as runs from "./20261121090100_runs.ts";
import * as artifacts from "./20261121090200_artifacts.ts";
import * as publications from "./20261121090300_publications.ts";

export interface Migration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** Every migration, oldest first. Named here, not found on disk, so that the names are the same wherever the code runs. */
export const migrations: readonly Migration[] = [
  { name: "20261121090000_inbox", ...inbox },
  { name: "20261121090100_runs", ...runs },
  { name: "20261121090200_artifacts", ...artifacts },
  { name: "20261121090300_publications", ...publications },
];
