import { integrationBranch } from "../domain/ids.ts";
import { getRun } from "../store/runs.ts";
import type { JobHandler } from "./handler.ts";

/** Removes a promoted run's branch. One that somebody has pushed to since is left alone. */
export const deleteBranch: JobHandler<"delete_branch"> = async ({ runId }, deps) => {
  const run = await getRun(deps.store.knex, runId);
  if (run.state.kind !== "promoted" || run.head === null) return;
  const gone = await deps.git.deleteBranch(run.repository, { branch: integrationBranch(runId), expected: run.head });
  if (!gone) deps.log.info({ run: runId }, "integration branch has moved on and is kept");
};
