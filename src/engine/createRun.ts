import type { Knex } from "knex";
import type { DeliveryId, RunId } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import { newRun } from "../domain/run.ts";
import type { Request } from "../domain/run.ts";
import { appendEvent } from "../store/events.ts";
import { enqueue } from "../store/queue.ts";
import { insertRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import { announce } from "./announce.ts";

/** Starts a run, in the caller's transaction. False when its issue has a live one, or the delivery has started one before. */
export async function createRun(
  store: Store,
  tx: Knex,
  order: {
    readonly id: RunId;
    readonly repository: Repository;
    readonly request: Request;
    readonly delivery: DeliveryId | null;
  },
): Promise<boolean> {
  const run = newRun(order);
  if (!(await insertRun(tx, run, order.delivery))) return false;
  await appendEvent(tx, run.id, { kind: "run_created", ...requestLine(order.request) });
  await enqueue(store, tx, { kind: "prepare_run", runId: run.id });
  await enqueue(store, tx, { kind: "project_run", runId: run.id });
  await announce(tx, run.id);
  return true;
}

function requestLine(request: Request): object {
  return { issueNumber: request.issueNumber, title: request.title, requester: request.requester };
}
