import { isLiveRun } from "../domain/run.ts";
import { getRun } from "../store/runs.ts";
import type { JobHandler } from "./handler.ts";
import { observePull } from "./observePull.ts";

/**
 * Ends a run whose issue is still closed after the grace.
 *
 * What closed it may have been the merge of the run's own pull request, whose webhook is late or lost; and it may have been
 * opened again unheard of. Both are read from GitHub first.
 */
export const endClosed: JobHandler<"end_closed"> = async ({ runId, epoch }, deps) => {
  const run = await getRun(deps.store.knex, runId);
  if (run.closing?.closed !== true || run.closing.epoch !== epoch || !isLiveRun(run.state)) return;
  if (await observePull(run, "someone", deps)) return;
  const forge = await deps.forges.of(run.repository);
  const issue = await forge.findIssue(run.request.issueNumber);
  await deps.advance(
    runId,
    issue?.state === "open" ? { kind: "issue_reopened", by: "someone" } : { kind: "closing_expired", epoch },
  );
};
