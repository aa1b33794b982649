import { advance } from "../engine/advance.ts";
import { findRunOfPull } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { pullClosed as schema, repositoryOf } from "./payloads.ts";

/** A closed promotion pull request ends its run: promoted when it was merged, cancelled when it was not. */
export async function pullClosed(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = schema.parse(raw);
  const { number, merged, merge_commit_sha: sha, merged_by: mergedBy } = payload.pull_request;
  const run = await findRunOfPull(deps.store.knex, { repositoryId: repositoryOf(payload).id, number });
  if (run === null) return;
  const by = mergedBy?.login ?? payload.sender.login;
  if (merged && sha !== null) await advance(deps.store, run.id, { kind: "pull_merged", sha, by });
  else await advance(deps.store, run.id, { kind: "pull_closed", by });
}
