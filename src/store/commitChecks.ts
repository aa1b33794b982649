import type { Knex } from "knex";
import type { CheckName } from "../domain/externalId.ts";
import type { Sha } from "../domain/ids.ts";

/** A check run's place: a commit has one of each name. */
export interface CheckPlace {
  readonly repositoryId: number;
  readonly sha: Sha;
  readonly name: CheckName;
}

/** The check run that a commit has. */
export interface CommitCheck {
  readonly externalId: string;
  /** Null while its creation has been begun and is not known to have ended. */
  readonly remoteId: number | null;
  /** Of what was last written to one on a commit that is no run's; a run's publications know theirs. */
  readonly digest: string | null;
}

interface CommitCheckRow {
  readonly repository_id: number;
  readonly sha: Sha;
  readonly name: CheckName;
  readonly external_id: string;
  readonly remote_id: number | null;
  readonly digest: string | null;
}

export async function findCommitCheck(db: Knex, place: CheckPlace): Promise<CommitCheck | null> {
  const row = await db<CommitCheckRow>("commit_checks").where(columns(place)).first();
  return row === undefined ? null : { externalId: row.external_id, remoteId: row.remote_id, digest: row.digest };
}

/** Notes that a check run is about to be made, so that whoever comes after a crash looks for it first. */
export async function beginCommitCheck(
  db: Knex,
  place: CheckPlace,
  made: { readonly externalId: string },
): Promise<void> {
  await db("commit_checks")
    .insert({ ...columns(place), external_id: made.externalId })
    .onConflict(["repository_id", "sha", "name"])
    .merge({ external_id: made.externalId, remote_id: null, digest: null, begun_at: db.fn.now() });
}

/** Takes that back: nothing was sent, so there is nothing to look for. */
export async function dropCommitCheck(db: Knex, place: CheckPlace): Promise<void> {
  await db("commit_checks").where(columns(place)).delete();
}

export async function saveCommitCheck(db: Knex, place: CheckPlace, made: CommitCheck): Promise<void> {
  await db("commit_checks")
    .where(columns(place))
    .update({ external_id: made.externalId, remote_id: made.remoteId, digest: made.digest });
}

/** Has what a check run shows written once more, whatever it shows already. */
export async function forgetCommitChecks(db: Knex, at: Pick<CheckPlace, "repositoryId" | "sha">): Promise<void> {
  await db("commit_checks").where({ repository_id: at.repositoryId, sha: at.sha }).update({ digest: null });
}

function columns({ repositoryId, sha, name }: CheckPlace): Pick<CommitCheckRow, "repository_id" | "sha" | "name"> {
  return { repository_id: repositoryId, sha, name };
}
