import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { Approval } from "../domain/run.ts";

/** Writes a run's approvals, one a person and commit, and takes away those that were withdrawn. */
export async function saveApprovals(tx: Knex, runId: RunId, approvals: readonly Approval[]): Promise<void> {
  const kept = approvals.map(({ sha, by }) => [sha, by]);
  await tx("approvals").where({ run_id: runId }).whereNotIn(["sha", "login"], kept).delete();
  if (approvals.length === 0) return;
  const rows = approvals.map((approval) => ({ run_id: runId, sha: approval.sha, login: approval.by }));
  await tx("approvals").insert(rows).onConflict(["run_id", "sha", "login"]).ignore();
}

/** A run's approvals, also those of earlier heads, oldest first. */
export async function approvalsOf(db: Knex, runId: RunId): Promise<readonly Approval[]> {
  return db<{ run_id: RunId }>("approvals").where({ run_id: runId }).orderBy("created_at").select("sha", "login as by");
}
