import type { IntentOf } from "../domain/intent.ts";
import type { RunId } from "../domain/ids.ts";
import { isFinal } from "../domain/run.ts";
import { enqueue } from "../store/queue.ts";
import { saveRepository } from "../store/repositories.ts";
import { findRun } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { pullSeen as schema, repositoryOf } from "./payloads.ts";

const INTEGRATION_BRANCH = /^autonomous\/([0-9]+-[a-z0-9]{8})$/;

/**
 * A pull request that is none of Autopack's is told so, whoever opened it, bots among them, and in every repository: where
 * `autopack/promotion` is a required check, it could not be merged otherwise.
 */
export async function pullOpened(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = schema.parse(raw);
  const repository = repositoryOf(payload);
  const { number: pullNumber, head } = payload.pull_request;
  // A branch in a fork may have any name.
  const isFork = head.repo?.id !== repository.id;
  if (!isFork && (await isAtWorkOn(head.ref, { repositoryId: repository.id, deps }))) return;
  const intent: IntentOf<"show_foreign"> = {
    kind: "show_foreign",
    repositoryId: repository.id,
    sha: head.sha,
    why: isFork ? "fork_pull" : "foreign_pull",
    pullNumber,
  };
  await deps.store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    await enqueue(deps.store, tx, intent);
  });
}

/** Whether a branch is that of a run, which then answers for it itself. */
async function isAtWorkOn(
  branch: string,
  { repositoryId, deps }: { readonly repositoryId: number; readonly deps: InboxDeps },
): Promise<boolean> {
  const id = INTEGRATION_BRANCH.exec(branch)?.[1];
  const run = id === undefined ? null : await findRun(deps.store.knex, id as RunId);
  return run !== null && run.repository.id === repositoryId && !isFinal(run.state);
}
