import type { Knex } from "knex";
import { z } from "zod";
import type { ApiCallCount } from "../domain/apiRequest.ts";
import type { DeliveryId, RunId } from "../domain/ids.ts";
import type { Intent } from "../domain/intent.ts";
import { addApiCalls, newestRunAt, runOfAnswer } from "../store/apiCalls.ts";
import { findDelivery } from "../store/deliveries.ts";

/**
 * Puts what a job asked of GitHub on its run's account, once a job. A webhook and an answer count for the newest run of their
 * issue or pull request; what has no run counts for none.
 */
export async function noteApiCalls(db: Knex, intent: Intent, count: ApiCallCount): Promise<void> {
  if (count.calls === 0 && count.conditional === 0) return;
  const runId = await runOf(db, intent);
  if (runId !== null) await addApiCalls(db, runId, count);
}

async function runOf(db: Knex, intent: Intent): Promise<RunId | null> {
  if ("runId" in intent) return intent.runId;
  if (intent.kind === "post_answer") return runOfAnswer(db, intent.answerId);
  return intent.kind === "handle_delivery" ? runOfDelivery(db, intent.deliveryId) : null;
}

/** What the place of a webhook is read from. */
const place = z.object({
  repository: z.object({ id: z.int() }),
  issue: z.object({ number: z.int() }).optional(),
  pull_request: z.object({ number: z.int() }).optional(),
});

async function runOfDelivery(db: Knex, id: DeliveryId): Promise<RunId | null> {
  const parsed = place.safeParse((await findDelivery(db, id))?.payload);
  if (!parsed.success) return null;
  const { repository, issue, pull_request: pull } = parsed.data;
  const number = issue?.number ?? pull?.number;
  return number === undefined ? null : newestRunAt(db, { repositoryId: repository.id, number });
}
