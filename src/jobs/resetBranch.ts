import { EnvironmentFailure } from "../domain/failure.ts";
import { integrationBranch } from "../domain/ids.ts";
import { isDryRun } from "../domain/run.ts";
import { branchLock, withLock } from "../store/lock.ts";
import { getRun } from "../store/runs.ts";
import { bringDryBranch } from "./dryBranch.ts";
import type { JobHandler } from "./handler.ts";

/**
 * Moves the integration branch back to a checkpoint, only while it is where the run believes it, and reads it back.
 *
 * A push that came in between is somebody's work: the rollback is off, and a person has to look.
 */
export const resetBranch: JobHandler<"reset_branch"> = async ({ runId }, deps) => {
  await withLock(deps.store.knex, branchLock(runId), async (lock) => {
    const run = await getRun(deps.store.knex, runId);
    const { rollback, repository } = run;
    if (rollback === null) return;
    await bringDryBranch(run, deps);
    const branch = integrationBranch(runId);
    const { from, to } = rollback;
    if (!(await deps.git.has(repository, [to]))) await deps.git.fetch(repository);
    if (!(await deps.git.has(repository, [to]))) throw new EnvironmentFailure(`the mirror has no ${to} to go back to`);
    // Who was frozen here may find the branch as it was, and the run long past this.
    await lock.confirm();
    if (isDryRun(run)) {
      await deps.git.keep(repository, { name: runId, sha: to });
      await deps.advance(runId, { kind: "branch_reset", to });
      return;
    }
    const pushed = await deps.git.push(repository, { branch, sha: to, expected: from });
    if (pushed.kind === "moved") {
      await deps.advance(runId, { kind: "branch_reset", to });
      return;
    }
    const where = pushed.actual === null ? "was deleted" : `is at ${pushed.actual.slice(0, 7)}`;
    const message = `\`${branch}\` ${where}, not at ${from.slice(0, 7)}: somebody changed it meanwhile, so nothing was rolled back`;
    await deps.advance(runId, { kind: "work_failed", intent: "reset_branch", message });
  });
};
