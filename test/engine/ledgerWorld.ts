import type { Amounts, Grant } from "../../src/domain/budget/budget.ts";
import type { PhaseId, RunId } from "../../src/domain/ids.ts";
import type { PlannedPhase } from "../../src/domain/plan.ts";
import type { Run } from "../../src/domain/run.ts";
import type { StrategyOverrides } from "../../src/domain/strategy/overrides.ts";
import { advance } from "../../src/engine/advance.ts";
import { createRun } from "../../src/engine/createRun.ts";
import { reserve } from "../../src/engine/reserve.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import type { Store } from "../../src/store/store.ts";
import { planOf, plannedPhase, queuedRun, strategy } from "../domain/runFixture.ts";

/** A run that builds, and the orders for budget that its jobs would make. */
export interface LedgerRun {
  readonly run: Run;
  /** A Builder attempt of a phase: its row, and the reservation for it. */
  attempt(phase: number, number: number, wanted: Amounts): Promise<Grant>;
  investigation(phase: number, number: number, wanted: Amounts): Promise<Grant>;
  check(phase: number | null, tree: string): Promise<Grant>;
}

/** Three phases, two in the first tier and one in the second, unless others are given. */
const PHASES: readonly PlannedPhase[] = [
  plannedPhase("One"),
  plannedPhase("Two"),
  plannedPhase("Three", { tier: "Tier 2" }),
];

export async function ledgerRun(
  store: Store,
  budgets: StrategyOverrides["budgets"],
  more: { readonly id?: string; readonly issue?: number; readonly phases?: readonly PlannedPhase[] } = {},
): Promise<LedgerRun> {
  const { id = "7-k3f9x2ab", issue = 7, phases = PHASES } = more;
  const { repository, request } = queuedRun();
  const runId = id as RunId;
  await store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    await createRun(store, tx, { id: runId, repository, request: { ...request, issueNumber: issue }, delivery: null });
  });
  await advance(store, runId, { kind: "planning_started" });
  const run = await advance(store, runId, planOf(phases, { strategy: strategy({ budgets }) }));
  return toLedgerRun(store, run);
}

/** The same run as it is now, when something was added to it. */
export function toLedgerRun(store: Store, run: Run): LedgerRun {
  const phaseId = (phase: number): PhaseId => `${run.id}.${phase}` as PhaseId;
  const attempt = async (
    purpose: "attempt" | "investigation",
    [phase, number]: readonly [number, number],
    wanted: Amounts,
  ): Promise<Grant> => {
    const key = `${phaseId(phase)}.${number}`;
    const row = { id: key, phase_id: phaseId(phase), number, role: "builder", state: "cancelled" };
    await store
      .knex("attempts")
      .insert({ ...row, finished_at: store.knex.fn.now() })
      .onConflict("id")
      .ignore();
    return reserve(store, { run, phaseId: phaseId(phase), purpose, key, wanted });
  };
  return {
    run,
    attempt: async (phase, number, wanted) => attempt("attempt", [phase, number], wanted),
    investigation: async (phase, number, wanted) => attempt("investigation", [phase, number], wanted),
    check: async (phase, tree) =>
      reserve(store, {
        run,
        phaseId: phase === null ? null : phaseId(phase),
        purpose: "ci",
        key: phase === null ? `verify/${run.id}/${tree}` : `check/${phaseId(phase)}/${tree}`,
        wanted: { ci_runs: 1 },
      }),
  };
}
