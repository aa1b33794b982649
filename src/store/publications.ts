import type { Knex } from "knex";
import { readExternalId } from "../domain/externalId.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { RunId, Sha } from "../domain/ids.ts";

/** One thing on GitHub that shows a run, as last written. Targets: `comment`, `pull`, `check:<check>:<sha>`, `label:<name>`, `merge:<sha>`, `thread:<phase>:<comment>`. */
export interface Publication {
  readonly target: string;
  /** Of what was written; null while a write that makes the thing has been begun and is not known to have ended. */
  readonly digest: string | null;
  readonly remoteId: number | null;
}

interface PublicationRow {
  readonly run_id: RunId;
  readonly target: string;
  readonly digest: string | null;
  readonly remote_id: number | null;
}

/** Everything published of a run, by target. */
export async function publicationsOf(db: Knex, runId: RunId): Promise<ReadonlyMap<string, Publication>> {
  const rows = await db<PublicationRow>("publications").where({ run_id: runId });
  return new Map(rows.map(({ target, digest, remote_id: remoteId }) => [target, { target, digest, remoteId }]));
}

/** The target of a check run. */
export function checkTarget({ check, sha }: { readonly check: CheckName; readonly sha: Sha }): string {
  return `check:${check}:${sha}`;
}

/** The check run that a target means; null for other targets. */
export function readTarget(target: string): { readonly check: CheckName; readonly sha: Sha } | null {
  const [, name = "", sha = ""] = /^check:([a-z]+):([0-9a-f]{40})$/.exec(target) ?? [];
  return readExternalId(`foreign/${name}/${sha}`);
}

/** Has what a run shows of its check runs on a commit written once more, whatever it shows already. */
export async function forgetCheck(
  db: Knex,
  runId: RunId,
  check: { readonly check: CheckName; readonly sha: Sha },
): Promise<void> {
  await db("publications")
    .where({ run_id: runId, target: checkTarget(check) })
    .update({ digest: null, published_at: null });
}

/** Notes that something is about to be made, so that whoever comes after a crash looks for it first. */
export async function beginPublication(db: Knex, runId: RunId, target: string): Promise<void> {
  await db("publications")
    .insert({ run_id: runId, target })
    .onConflict(["run_id", "target"])
    .merge({ digest: null, remote_id: null, begun_at: db.fn.now(), published_at: null });
}

/** Takes back the note that something is about to be made, because it was not. */
export async function forgetPublication(db: Knex, runId: RunId, target: string): Promise<void> {
  await db("publications").where({ run_id: runId, target }).delete();
}

/** Notes what GitHub now shows. */
export async function savePublication(db: Knex, runId: RunId, publication: Publication): Promise<void> {
  const { target, digest, remoteId } = publication;
  await db("publications")
    .insert({ run_id: runId, target, digest, remote_id: remoteId, published_at: db.fn.now() })
    .onConflict(["run_id", "target"])
    .merge({ digest, remote_id: remoteId, published_at: db.fn.now() });
}

/** The labels that Autopack has put on an issue and not taken off again, in whichever of its runs. */
export async function labelsOn(
  db: Knex,
  issue: { readonly repositoryId: number; readonly number: number },
): Promise<ReadonlySet<string>> {
  const { rows } = await db.raw<{ rows: { target: string; digest: string }[] }>(
    `select distinct on (target) target, digest
       from publications join runs on runs.id = publications.run_id
      where runs.repository_id = ? and runs.issue_number = ? and target like 'label:%' and published_at is not null
      order by target, published_at desc`,
    [issue.repositoryId, issue.number],
  );
  return new Set(rows.filter((row) => row.digest === "on").map((row) => row.target.slice("label:".length)));
}
