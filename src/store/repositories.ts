import type { Knex } from "knex";
import type { Repository } from "../domain/repository.ts";

export interface RepositoryRow {
  readonly id: number;
  readonly installation_id: number;
  readonly owner: string;
  readonly name: string;
  readonly is_private: boolean;
  readonly default_branch: string;
}

export function toRepository(row: RepositoryRow): Repository {
  return {
    id: row.id,
    installationId: row.installation_id,
    owner: row.owner,
    name: row.name,
    isPrivate: row.is_private,
    defaultBranch: row.default_branch,
  };
}

/** Takes over what the newest webhook says of a repository: names and branches change, the id does not. */
export async function saveRepository(db: Knex, repository: Repository): Promise<void> {
  const row = {
    id: repository.id,
    installation_id: repository.installationId,
    owner: repository.owner,
    name: repository.name,
    is_private: repository.isPrivate,
    default_branch: repository.defaultBranch,
    updated_at: db.fn.now(),
  };
  await db("repositories").insert(row).onConflict("id").merge();
}

export async function getRepository(db: Knex, id: number): Promise<Repository> {
  const row = await db<RepositoryRow>("repositories").where({ id }).first();
  if (row === undefined) throw new Error(`repository ${id} is not known here`);
  return toRepository(row);
}
