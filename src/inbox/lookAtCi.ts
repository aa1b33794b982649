import type { Sha } from "../domain/ids.ts";
import { enqueue } from "../store/queue.ts";
import { findRunsAwaiting } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";

/** Has the checks of a commit read by the runs that wait for them. Several at one time are one look. */
export async function lookAtCi(
  commit: { readonly repositoryId: number; readonly sha: Sha },
  { store }: InboxDeps,
): Promise<void> {
  const runs = await findRunsAwaiting(store.knex, commit);
  for (const runId of runs) await enqueue(store, store.knex, { kind: "await_ci", runId, head: commit.sha });
}
