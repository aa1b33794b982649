import { advance } from "../engine/advance.ts";
import { findRunOfPull } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { reviewGiven } from "./payloads.ts";

/** An approval is over with the review that gave it, whoever dismissed that. One of a newer commit stands. */
export async function reviewDismissed(raw: unknown, deps: InboxDeps): Promise<void> {
  const { repository, pull_request: pull, review } = reviewGiven.parse(raw);
  const run = await findRunOfPull(deps.store.knex, { repositoryId: repository.id, number: pull.number });
  if (run === null || review.user === null) return;
  await advance(deps.store, run.id, {
    kind: "approval_withdrawn",
    by: review.user.login,
    ...(review.commit_id === null ? {} : { sha: review.commit_id }),
  });
}
