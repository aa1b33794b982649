import { enqueue } from "../store/queue.ts";
import { saveRepository } from "../store/repositories.ts";
import type { InboxDeps } from "./deps.ts";
import { mergeGroupAsked as schema, repositoryOf } from "./payloads.ts";

/** A merge queue asks about a commit of its own: it is answered at once. */
export async function mergeGroupRequested(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = schema.parse(raw);
  const repository = repositoryOf(payload);
  const { head_sha: sha, head_ref: ref } = payload.merge_group;
  await deps.store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    await enqueue(deps.store, tx, {
      kind: "show_foreign",
      repositoryId: repository.id,
      sha,
      why: "merge_group",
      pullNumber: pullOfGroup(ref),
    });
  });
}

/**
 * The pull request that a queue's branch is about: `gh-readonly-queue/<base>/pr-<number>-<sha>`. Each one in a group has a
 * branch of its own, on top of those before it. Null for other branches.
 */
export function pullOfGroup(ref: string): number | null {
  const [, number] = /^(?:refs\/heads\/)?gh-readonly-queue\/.+\/pr-([0-9]{1,9})-[0-9a-f]{40}$/.exec(ref) ?? [];
  return number === undefined ? null : Number(number);
}
