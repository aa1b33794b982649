import type { Knex } from "knex";
import type { Amounts, Level, Tally } from "../domain/budget/budget.ts";
import { NOTHING_SPENT } from "../domain/budget/budget.ts";
import { capsOf, phaseCaps, tierCaps } from "../domain/budget/capsOf.ts";
import type { RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { Spend } from "../domain/spend.ts";
import { RAN_MS } from "./ledgerAttempts.ts";
import { issueExtra, phaseTallies, talliesFor, tierTallies } from "./ledgerTallies.ts";

/**
 * Adds up a run's attempts: tokens and money as metered or else as they reported them, the time as the ledger has it. An attempt that still
 * runs counts with the time it has taken so far.
 */
export async function spendOf(db: Knex, runId: RunId): Promise<Spend> {
  const { rows } = await db.raw<{
    rows: {
      attempts: number;
      agent_ms: number;
      metered: number;
      calls: number;
      input: number;
      output: number;
      cost: number;
      turns: number;
    }[];
  }>(
    `select count(*)::int as attempts,
            coalesce(sum(${RAN_MS}), 0)::float8 as agent_ms,
            coalesce((select sum(calls.input_tokens + calls.output_tokens)
                        from model_calls calls join attempts own on own.id = calls.attempt_id
                        join phases of_run on of_run.id = own.phase_id where of_run.run_id = ?), 0)::float8 as metered,
            coalesce((select calls from api_calls where run_id = ?), 0) as calls,
            coalesce(sum((usage->>'inputTokens')::float8), 0) as input,
            coalesce(sum((usage->>'outputTokens')::float8), 0) as output,
            coalesce(sum((usage->>'costUsd')::float8), 0) as cost,
            coalesce(sum((usage->>'turns')::float8), 0) as turns
       from attempts
       join phases on phases.id = attempts.phase_id
       left join ledger_entries on ledger_entries.attempt_id = attempts.id
      where phases.run_id = ? and attempts.started_at is not null`,
    [runId, runId, runId],
  );
  const [sum] = rows;
  if (sum === undefined) throw new Error(`adding up the attempts of run ${runId} gave no row`);
  return {
    usage: { inputTokens: sum.input, outputTokens: sum.output, costUsd: sum.cost, turns: sum.turns },
    meteredTokens: sum.metered,
    attempts: sum.attempts,
    agentMs: sum.agent_ms,
    apiCalls: sum.calls,
  };
}

/** What is spent at one level, beside its cap. */
interface LevelSpend extends Tally {
  readonly level: Exclude<Level, "attempt">;
  /** Ordinal of the phase or tier; null for the levels there is one of. */
  readonly ordinal: number | null;
  readonly caps: Amounts;
}

/** What a planned run has spent of its caps: phase by phase, tier by tier, its own, its issue's and its repository's today. */
export async function spendAt(db: Knex, run: Run): Promise<readonly LevelSpend[]> {
  const caps = capsOf(run, null, await issueExtra(db, run));
  const tallies = await talliesFor(db, run, null);
  const byPhase = await phaseTallies(db, run.id);
  const byTier = await tierTallies(db, run.id);
  return [
    ...run.phases.map((phase): LevelSpend => {
      const tally = byPhase.get(phase.id) ?? NOTHING_SPENT;
      return { level: "phase", ordinal: phase.ordinal, caps: phaseCaps(run, phase), ...tally };
    }),
    ...run.tiers.map(({ ordinal }): LevelSpend => {
      const tally = byTier.get(ordinal) ?? NOTHING_SPENT;
      return { level: "tier", ordinal, caps: tierCaps(run, ordinal), ...tally };
    }),
    ...(["run", "issue", "day"] as const).map((level) => ({
      level,
      ordinal: null,
      caps: caps[level],
      ...tallies[level],
    })),
  ];
}
