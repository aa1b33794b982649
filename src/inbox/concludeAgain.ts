import type { RunId, Sha } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import { forgetCommitChecks } from "../store/commitChecks.ts";
import { forgetCheck } from "../store/publications.ts";
import { enqueue } from "../store/queue.ts";
import type { InboxDeps } from "./deps.ts";
import { pullOfGroup } from "./mergeGroup.ts";

/** Has `autopack/promotion` of a run written once more, as the run is now. */
export async function showAgain(runId: RunId, sha: Sha, deps: InboxDeps): Promise<void> {
  await deps.store.knex.transaction(async (tx) => {
    await forgetCheck(tx, runId, { check: "promotion", sha });
    await enqueue(deps.store, tx, { kind: "project_run", runId });
  });
}

/** A commit that is no run's. */
interface ForeignCommit {
  readonly repository: Repository;
  readonly sha: Sha;
  /** The branch that the commit was pushed to; null when that is not known. */
  readonly branch: string | null;
  /** Pull requests from this repository with this head; those from forks are not among them. */
  readonly pulls: readonly { readonly number: number }[];
}

/** Has the check runs of a commit that is no run's written once more. */
export async function concludeAgain({ repository, sha, branch, pulls }: ForeignCommit, deps: InboxDeps): Promise<void> {
  const group = branch === null ? null : pullOfGroup(branch);
  const [pull] = pulls;
  await deps.store.knex.transaction(async (tx) => {
    await forgetCommitChecks(tx, { repositoryId: repository.id, sha });
    await enqueue(deps.store, tx, {
      kind: "show_foreign",
      repositoryId: repository.id,
      sha,
      why: group === null ? "foreign_pull" : "merge_group",
      pullNumber: group ?? pull?.number ?? null,
    });
  });
}
