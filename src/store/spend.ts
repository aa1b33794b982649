import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { Spend } from "../domain/spend.ts";

/** Adds up a run's attempts. An attempt that still runs counts with the time it has taken so far. */
export async function spendOf(db: Knex, runId: RunId): Promise<Spend> {
  const { rows } = await db.raw<{
    rows: { attempts: number; agent_ms: number; input: number; output: number; cost: number }[];
  }>(
    `select count(*)::int as attempts,
            coalesce(sum(extract(epoch from coalesce(finished_at, now()) - started_at) * 1000), 0)::float8 as agent_ms,
            coalesce(sum((usage->>'inputTokens')::float8), 0) as input,
            coalesce(sum((usage->>'outputTokens')::float8), 0) as output,
            coalesce(sum((usage->>'costUsd')::float8), 0) as cost
       from attempts join phases on phases.id = attempts.phase_id
      where phases.run_id = ? and attempts.started_at is not null`,
    [runId],
  );
  const [sum] = rows;
  if (sum === undefined) throw new Error(`adding up the attempts of run ${runId} gave no row`);
  return {
    usage: { inputTokens: sum.input, outputTokens: sum.output, costUsd: sum.cost },
    attempts: sum.attempts,
    agentMs: Math.round(sum.agent_ms),
  };
}
