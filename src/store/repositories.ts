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

/** Those of these ids that Autopack has had to do with. */
export async function findRepositories(db: Knex, ids: readonly number[]): Promise<readonly Repository[]> {
  return (await db<RepositoryRow>("repositories").whereIn("id", ids).orderBy("id")).map(toRepository);
}

export async function repositoriesOf(db: Knex, installationId: number): Promise<readonly Repository[]> {
  const rows = await db<RepositoryRow>("repositories").where({ installation_id: installationId }).orderBy("id");
  return rows.map(toRepository);
}

/** Up to when a state sweep has looked at a repository; null where none has. */
export async function sweptAt(db: Knex, id: number): Promise<Date | null> {
  const row = await db<{ id: number; swept_at: Date | null }>("repositories").where({ id }).first("swept_at");
  return row?.swept_at ?? null;
}

/** Takes over what a state sweep has seen of a repository, and up to when it has looked. */
export async function repositorySwept(tx: Knex, repository: Repository, at: Date): Promise<void> {
  await saveRepository(tx, repository);
  await tx("repositories").where({ id: repository.id }).update({ swept_at: at });
}

export async function repositoriesWithLiveRuns(db: Knex): Promise<readonly Repository[]> {
  const { rows } = await db.raw<{ rows: RepositoryRow[] }>(`
    select * from repositories where id in (select repository_id from runs
      where state not in ('promoted', 'no_changes', 'failed', 'cancelled')) order by id`);
  return rows.map(toRepository);
}
