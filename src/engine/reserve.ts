import type { Knex } from "knex";
import type { Amounts, Budgets, Grant } from "../domain/budget/budget.ts";
import { capsOf } from "../domain/budget/capsOf.ts";
import { grant } from "../domain/budget/grant.ts";
import type { PhaseId } from "../domain/ids.ts";
import type { Phase } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import { findEntry, insertReservation, lockBudget, releaseEarlierChecks } from "../store/ledger.ts";
import type { Purpose } from "../store/ledger.ts";
import { issueExtra, talliesFor } from "../store/ledgerTallies.ts";
import type { Store } from "../store/store.ts";

/** A request for budget. `phaseId` is null for a CI run of the run as a whole. */
interface BudgetOrder {
  readonly run: Run;
  readonly phaseId: PhaseId | null;
  readonly purpose: Purpose;
  /** The attempt's id; for a CI run, what is checked: the same tree of the same phase is reserved for once. */
  readonly key: string;
  readonly wanted: Amounts;
}

/**
 * Reserves what a piece of work may use, before it starts; at every level, settled and reserved amounts stay within the cap.
 *
 * Who reserves for a repository does so one after the other, so that two workers cannot both take the last of a cap. Asking
 * again with the same key gives the same grant, and nothing is reserved twice; after a release it is judged anew.
 */
export async function reserve(store: Store, order: BudgetOrder): Promise<Grant> {
  return store.knex.transaction(async (tx) => {
    await lockBudget(tx, order.run.repository.id);
    const known = await findEntry(tx, order.key);
    if (known !== null && known.state !== "released") return { kind: "granted", amounts: known.granted };
    return judge(tx, order);
  });
}

async function judge(tx: Knex, order: BudgetOrder): Promise<Grant> {
  const { run, phaseId, purpose, key } = order;
  if (purpose === "ci") await releaseEarlierChecks(tx, { runId: run.id, phaseId });
  const phase = phaseOf(run, phaseId);
  const caps = capsFor(purpose, capsOf(run, phase, await issueExtra(tx, run)));
  const tallies = await talliesFor(tx, run, phase);
  const decided = grant({ caps, tallies, wanted: { ...needed(purpose, caps), ...order.wanted } });
  if (decided.kind === "granted")
    await insertReservation(tx, { run, phaseId, tier: phase?.tier ?? null, purpose, key, granted: decided.amounts });
  return decided;
}

function phaseOf({ id, planner, phases }: Run, phaseId: PhaseId | null): Phase | null {
  if (phaseId === null) return null;
  const phase = [planner, ...phases].find((candidate) => candidate?.id === phaseId) ?? null;
  if (phase === null) throw new Error(`reserving budget: run ${id} has no phase ${phaseId}`);
  return phase;
}

/** An investigation is asked for where a phase got nowhere, so it does not depend on what the phase has left. */
function capsFor(purpose: Purpose, caps: Budgets): Budgets {
  return purpose === "investigation" ? { ...caps, phase: {} } : caps;
}

/**
 * What must not be used up, whatever else is wanted. What an attempt will cost nobody knows: it wants what the cap of an
 * attempt allows, where there is one. With more minor findings than the run may have, no further change is made.
 */
function needed(purpose: Purpose, { attempt }: Budgets): Amounts {
  const agent = { tokens: 0, cost_usd: attempt.cost_usd ?? 0, turns: 0, seconds: 0 };
  switch (purpose) {
    case "attempt":
      return { ...agent, findings: 0 };
    case "investigation":
      return agent;
    case "ci":
      return { ci_runs: 1, seconds: 0 };
  }
}
