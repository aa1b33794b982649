import type { Knex } from "knex";
import type { RunEvent } from "../domain/event.ts";
import type { RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { transition } from "../domain/transition.ts";
import { saveApprovals } from "../store/approvals.ts";
import { saveCheckpoints } from "../store/checkpoints.ts";
import { appendEvent } from "../store/events.ts";
import { saveGates } from "../store/gates.ts";
import { savePhases } from "../store/phases.ts";
import { enqueue } from "../store/queue.ts";
import { lockRun, saveRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import { announce } from "./announce.ts";

/**
 * Applies one event: new state, its history line and the jobs it calls for commit together, or not at all.
 *
 * The only writer of run state. A stale event writes nothing, not even history.
 */
export async function advance(store: Store, runId: RunId, event: RunEvent): Promise<Run> {
  return store.knex.transaction(async (tx) => apply(store, tx, { before: await lockRun(tx, runId), event }));
}

/** The same inside a transaction that holds the run's row already. */
export async function apply(
  store: Store,
  tx: Knex,
  step: { readonly before: Run; readonly event: RunEvent },
): Promise<Run> {
  const { before, event } = step;
  const { run, intents, changed } = transition(before, event);
  if (!changed) return before;
  await saveRun(tx, run);
  await savePhases(tx, run.id, { before: before.phases, after: run.phases });
  if (run.gates !== before.gates) await saveGates(tx, run.id, run.gates);
  if (run.approvals !== before.approvals) await saveApprovals(tx, run.id, run.approvals);
  if (run.phases !== before.phases) await saveCheckpoints(tx, run.id, run.phases);
  await appendEvent(tx, run.id, event);
  for (const intent of intents) await enqueue(store, tx, intent);
  await announce(tx, run.id);
  return run;
}
