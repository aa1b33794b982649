import type { Knex } from "knex";
import { toUnits } from "../domain/budget/wholeUnits.ts";
import type { ArtifactId, AttemptId } from "../domain/ids.ts";
import type { ModelCall } from "../domain/pricing/modelCall.ts";
import { NO_USAGE } from "../domain/usage.ts";
import type { Usage } from "../domain/usage.ts";

/** What the calls of an attempt come to. A call counts as a turn when it was answered. */
const SUMS = `coalesce(sum(input_tokens), 0)::bigint as input_tokens, coalesce(sum(output_tokens), 0)::bigint as output_tokens,
  coalesce(sum(cost_micros), 0)::bigint as cost_micros, (count(*) filter (where status < 300))::bigint as turns,
  coalesce(max(number), 0)::integer as last_number`;

interface SumsRow {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_micros: number;
  readonly turns: number;
  readonly last_number: number;
}

/**
 * Records a call, once: a second time nothing happens.
 *
 * An attempt that was given up may still be at work somewhere until its worker hears of it. What its calls add after it
 * was settled is added to the ledger all the same, as it has been spent.
 */
export async function recordModelCall(db: Knex, call: ModelCall): Promise<void> {
  await db.transaction(async (tx) => {
    await tx("model_calls").insert(rowOf(call)).onConflict(["attempt_id", "number"]).ignore();
    await tx.raw(
      `update ledger_entries as entries
          set state = 'settled', tokens = greatest(entries.tokens, used.tokens),
              cost_micros = greatest(entries.cost_micros, used.cost_micros), turns = greatest(entries.turns, used.turns)
         from (select sum(input_tokens + output_tokens)::bigint as tokens, coalesce(sum(cost_micros), 0)::bigint as cost_micros,
                      count(*) filter (where status < 300) as turns
                 from model_calls where attempt_id = :attemptId) as used
        where entries.attempt_id = :attemptId and entries.state <> 'reserved'
          and (used.tokens > entries.tokens or used.cost_micros > entries.cost_micros or used.turns > entries.turns)`,
      { attemptId: call.attemptId },
    );
  });
}

function rowOf(call: ModelCall): object {
  return {
    attempt_id: call.attemptId,
    number: call.number,
    provider: call.answered.provider,
    model: call.answered.model,
    input_tokens: call.inputTokens,
    cache_read_tokens: call.cacheReadTokens,
    cache_write_tokens: call.cacheWriteTokens,
    output_tokens: call.outputTokens,
    reasoning_tokens: call.reasoningTokens,
    cost_micros: call.costUsd === null ? null : toUnits("cost_usd", call.costUsd),
    status: call.status,
    duration_ms: Math.max(0, Math.round(call.durationMs)),
    retries: call.retries,
    is_estimated: call.isEstimated,
    started_at: call.startedAt,
  };
}

/** What the calls of an attempt have used, and the number of the last one; 0 where there was none. */
export async function meteredBy(
  db: Knex,
  attemptId: AttemptId,
): Promise<{ readonly usage: Usage; readonly lastNumber: number }> {
  const row = await db<SumsRow & { readonly attempt_id: AttemptId }>("model_calls")
    .where({ attempt_id: attemptId })
    .first<SumsRow | undefined>(db.raw(SUMS));
  return row === undefined ? { usage: NO_USAGE, lastNumber: 0 } : { usage: toUsage(row), lastNumber: row.last_number };
}

function toUsage({
  input_tokens: inputTokens,
  output_tokens: outputTokens,
  cost_micros: micros,
  turns,
}: SumsRow): Usage {
  return { inputTokens, outputTokens, costUsd: micros / 1_000_000, turns };
}

/** Keeps where a body of a call is stored. Repeating it changes nothing. */
export async function saveModelBody(
  db: Knex,
  body: {
    readonly attemptId: AttemptId;
    readonly number: number;
    readonly direction: "request" | "answer";
    readonly artifactId: ArtifactId;
  },
): Promise<void> {
  await db("model_bodies")
    .insert({
      attempt_id: body.attemptId,
      number: body.number,
      direction: body.direction,
      artifact_id: body.artifactId,
    })
    .onConflict(["attempt_id", "number", "direction"])
    .ignore();
}
