import type { Knex } from "knex";
import type { GateEvidence, GateName, GateResult } from "../domain/gate.ts";
import type { RunId, Sha } from "../domain/ids.ts";

interface GateRow {
  readonly run_id: RunId;
  readonly gate: GateName;
  readonly sha: Sha;
  readonly evidence: GateEvidence;
}

export async function gatesOf(db: Knex, runId: RunId, sha: Sha): Promise<readonly GateResult[]> {
  const rows = await db<GateRow>("gates").where({ run_id: runId, sha }).orderBy("gate");
  return rows.map((row) => ({ ...row.evidence, sha: row.sha }));
}

/** Writes gate results; a later one about the same commit replaces the earlier. */
export async function saveGates(tx: Knex, runId: RunId, results: readonly GateResult[]): Promise<void> {
  if (results.length === 0) return;
  const rows = results.map(({ sha, ...evidence }) => ({
    run_id: runId,
    gate: evidence.gate,
    sha,
    conclusion: evidence.conclusion,
    evidence: JSON.stringify(evidence),
  }));
  await tx("gates").insert(rows).onConflict(["run_id", "gate", "sha"]).merge();
}
