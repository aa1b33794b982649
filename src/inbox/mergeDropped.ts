import { mayMerge } from "../domain/transition.ts";
import { advance } from "../engine/advance.ts";
import { findRunOfPull } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { mergeGivenUp, repositoryOf } from "./payloads.ts";

/**
 * GitHub's queue gave a pull request up, or somebody took back what Autopack had left to GitHub: nobody merges it then, so the run has to
 * say so. What Autopack takes back itself, the run knows.
 */
export async function mergeDropped(raw: unknown, deps: InboxDeps): Promise<void> {
  const { pull_request: pull, action, reason, sender, ...scope } = mergeGivenUp.parse(raw);
  const isOwn =
    sender.login === (await deps.forges.botLogin()) && (action !== "dequeued" || /^(manual)?$/i.test(reason));
  if (pull.merged || isOwn || /^merged?$/i.test(reason)) return;
  const place = { repositoryId: repositoryOf({ ...scope, sender }).id, number: pull.number };
  const run = await findRunOfPull(deps.store.knex, place);
  if (run === null || run.head !== pull.head.sha || !mayMerge(run)) return;
  const why = reason === "" ? "" : ` (${reason.toLowerCase().replaceAll("_", " ")})`;
  const message = action === "dequeued" ? `it left the merge queue${why}` : `${sender.login} switched auto-merge off`;
  await advance(deps.store, run.id, { kind: "merge_refused", head: pull.head.sha, message });
}
