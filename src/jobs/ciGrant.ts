import { usedByGates } from "../domain/budget/used.ts";
import type { GateEvidence } from "../domain/gate.ts";
import type { PhaseId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { reserve } from "../engine/reserve.ts";
import { release, settle } from "../store/ledger.ts";
import { awaitOthers } from "./attemptGrant.ts";
import type { JobDeps } from "./handler.ts";

/** A run of the gates, as the ledger knows it. The same key is the same run of them, however often its job is done. */
export interface CiRun {
  readonly run: Run;
  readonly phaseId: PhaseId | null;
  readonly key: string;
}

/** Reserves a CI run. False when a cap leaves no room: the run has been told, and pauses or ends. */
export async function mayRunCi({ run, phaseId, key }: CiRun, deps: JobDeps): Promise<boolean> {
  const grant = await reserve(deps.store, { run, phaseId, purpose: "ci", key, wanted: {} });
  if (grant.kind === "granted") return true;
  awaitOthers(grant.shortage);
  deps.log.info({ run: run.id, phase: phaseId, shortage: grant.shortage }, "no budget for a CI run");
  await deps.advance(run.id, { kind: "budget_refused", phaseId, shortage: grant.shortage });
  return false;
}

/** Gives back what a CI run has reserved that was cancelled. */
export async function releaseCi({ key }: CiRun, deps: JobDeps): Promise<void> {
  await release(deps.store.knex, key);
}

/** Books what the gates took. A CI run that preflight kept from starting was none. */
export async function settleCi({ key }: CiRun, evidence: readonly GateEvidence[], deps: JobDeps): Promise<void> {
  await settle(deps.store.knex, { key, used: usedByGates(evidence) });
}
