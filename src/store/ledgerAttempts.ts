import type { Knex } from "knex";
import type { Attempt } from "../domain/attempt.ts";
import { isLive } from "../domain/attempt.ts";
import { usedByAttempt } from "../domain/budget/used.ts";
import type { Phase } from "../domain/phase.ts";
import type { Usage } from "../domain/usage.ts";
import { toColumns } from "./ledgerAmounts.ts";
import { meteredBy } from "./modelCalls.ts";

/** Milliseconds an attempt has run until now; the time it waited for a rate limit is not among them. */
export const RAN_MS = `ran_ms + coalesce(greatest(0, round(extract(epoch from now() - running_since) * 1000)), 0)::bigint`;

/**
 * Books what a change of phases does to their attempts: the clock of one that runs, stopped while it waits, and the
 * settlement of one that has ended: with what it reported, and at least with what its model calls were metered at, as one
 * that was lost reports nothing. An attempt that never ran and used nothing gives its reservation back.
 *
 * Belongs into the transaction that saves the phases, so that no attempt can end without being settled.
 */
export async function bookAttempts(
  tx: Knex,
  change: { readonly before: readonly Phase[]; readonly after: readonly Phase[] },
): Promise<void> {
  const known = new Map(change.before.flatMap(attemptsOf).map((attempt) => [attempt.id, attempt]));
  for (const attempt of change.after.flatMap(attemptsOf)) {
    const before = known.get(attempt.id);
    if (before?.state !== attempt.state) await book(tx, attempt);
  }
}

function attemptsOf({ pastAttempts, attempt }: Phase): readonly Attempt[] {
  return attempt === null ? pastAttempts : [...pastAttempts, attempt];
}

async function book(tx: Knex, attempt: Attempt): Promise<void> {
  const entry = tx("ledger_entries").where({ attempt_id: attempt.id, state: "reserved" });
  if (attempt.state === "pending") return;
  if (attempt.state === "running") {
    await entry.update({ running_since: tx.raw("coalesce(running_since, now())") });
    return;
  }
  const stopped = { ran_ms: tx.raw(RAN_MS), running_since: null };
  if (isLive(attempt)) {
    await entry.update(stopped);
    return;
  }
  const used = usedByAttempt(atLeast(attempt.usage, (await meteredBy(tx, attempt.id)).usage), 0);
  const usedSomething = Object.values(used).some((amount) => amount > 0);
  await entry.update({
    ...toColumns(used),
    ...stopped,
    milliseconds: tx.raw(RAN_MS),
    settled_at: tx.fn.now(),
    state: tx.raw("case when ? or ran_ms > 0 or running_since is not null then 'settled' else 'released' end", [
      usedSomething,
    ]),
  });
}

function atLeast(reported: Usage, metered: Usage): Usage {
  return {
    inputTokens: Math.max(reported.inputTokens, metered.inputTokens),
    outputTokens: Math.max(reported.outputTokens, metered.outputTokens),
    costUsd: Math.max(reported.costUsd, metered.costUsd),
    turns: Math.max(reported.turns, metered.turns),
  };
}
