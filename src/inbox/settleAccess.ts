import type { RunId } from "../domain/ids.ts";
import type { CancelCause } from "../domain/run.ts";
import type { Repository } from "../domain/repository.ts";
import { advance } from "../engine/advance.ts";
import { enqueue } from "../store/queue.ts";
import { saveRepository } from "../store/repositories.ts";
import { liveRunsOf, runsLostIn } from "../store/runsOfRepository.ts";
import type { InboxDeps } from "./deps.ts";

/**
 * Brings the runs of a repository in line with what Autopack may do there now, as GitHub says when it is asked: they end
 * where it may do nothing any more, and follow where another installation has it.
 *
 * What the webhook says may be long past: a repository taken out may be back already. Asks only where runs depend on it.
 */
export async function settleAccess(repository: Repository, by: string, deps: InboxDeps): Promise<void> {
  const db = deps.store.knex;
  const live = await liveRunsOf(db, repository.id);
  const lost = await runsLostIn(db, repository.id, ["access_removed"]);
  if (live.length + lost.length === 0) return;
  const installationId = await deps.forges.installationOf(repository);
  if (installationId === null) return endRuns(repository, { why: "access_removed", by }, deps);
  await saveRepository(db, { ...repository, installationId });
  // What could not be written meanwhile is caught up on: how the others ended, and what a permission was missing for.
  await showRuns([...live, ...lost], deps);
}

/** Ends what is at work in a repository. To end a run twice is harmless. */
export async function endRuns(
  repository: Pick<Repository, "id">,
  lost: { readonly why: CancelCause; readonly by: string },
  deps: InboxDeps,
): Promise<void> {
  for (const runId of await liveRunsOf(deps.store.knex, repository.id))
    await advance(deps.store, runId, { kind: "repository_lost", ...lost });
}

export async function showRuns(runs: readonly RunId[], { store }: InboxDeps): Promise<void> {
  for (const runId of runs)
    await store.knex.transaction(async (tx) => enqueue(store, tx, { kind: "project_run", runId }));
}
