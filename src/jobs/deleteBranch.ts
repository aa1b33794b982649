import { integrationBranch } from "../domain/ids.ts";
import { isDryRun, isFinal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { isBranchSwept } from "../store/retention.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";

/** Removes the branch of a run that has landed, or ended long ago. One that somebody has pushed to since is left alone. */
export const deleteBranch: JobHandler<"delete_branch"> = async ({ runId }, deps) => {
  const run = await getRun(deps.store.knex, runId);
  if (run.head === null || !(await isDue(run, deps))) return;
  if (isDryRun(run)) return deps.git.forget(run.repository, runId);
  const gone = await deps.git.deleteBranch(run.repository, { branch: integrationBranch(runId), expected: run.head });
  if (!gone) deps.log.info({ run: runId }, "integration branch has moved on and is kept");
};

/** A failed run may have been taken up again since its branch was given to be deleted. */
async function isDue({ id, state }: Run, { store }: JobDeps): Promise<boolean> {
  if (state.kind === "promoted") return true;
  return (isFinal(state) || state.kind === "failed") && isBranchSwept(store.knex, id);
}
