import type { Knex } from "knex";
import { DISABLED_REASON, isDisabled, isHeldBy, startLabelsAmong } from "../commands/labels.ts";
import type { RunId } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import type { Request } from "../domain/run.ts";
import { startLimits } from "../domain/startLimits.ts";
import { apply } from "../engine/advance.ts";
import { createRun } from "../engine/createRun.ts";
import { mayStart } from "../store/startRates.ts";
import { savePublication } from "../store/publications.ts";
import { isStartedBy, lockRun } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { newRunId } from "./newRunId.ts";

/** What became of the wish for a run. `done`: this delivery has started one before. */
export type Start =
  | { readonly kind: "started"; readonly runId: RunId }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string };

/**
 * Starts a run, in the caller's transaction, however it was asked for. That somebody may ask is judged before.
 *
 * `labels` are those on the issue: start labels among them are used up by the run, and under a hold label it is held from its
 * beginning.
 */
export async function startRun(
  tx: Knex,
  order: { readonly repository: Repository; readonly request: Request; readonly labels: readonly string[] },
  deps: InboxDeps,
): Promise<Start> {
  const { repository, request, labels } = order;
  const { issueNumber } = request;
  if (await isStartedBy(tx, deps.deliveryId)) return { kind: "done" };
  if (isDisabled(labels)) return { kind: "refused", why: DISABLED_REASON };
  const tooMany = await mayStart(tx, { repositoryId: repository.id, issueNumber }, startLimits(deps.policy));
  if (tooMany !== null) return { kind: "refused", why: tooMany };
  const runId = newRunId(issueNumber, deps.clock);
  const isNew = await createRun(deps.store, tx, { id: runId, repository, request, delivery: deps.deliveryId });
  if (!isNew) return { kind: "refused", why: AT_WORK };
  for (const name of startLabelsAmong(labels))
    await savePublication(tx, runId, { target: `label:${name}`, digest: "on", remoteId: null });
  if (isHeldBy(labels)) await holdFromTheStart(tx, { runId, by: request.requester }, deps);
  return { kind: "started", runId };
}

async function holdFromTheStart(
  tx: Knex,
  { runId, by }: { readonly runId: RunId; readonly by: string },
  { store }: Pick<InboxDeps, "store">,
): Promise<void> {
  const reason = "the issue had a hold label when the run was asked for";
  const before = await lockRun(tx, runId);
  await apply(store, tx, { before, event: { kind: "held", how: "hold", by, reason, byLabel: true } });
}

const AT_WORK = "a run is at work on this issue already; `/autopack status` shows it";
