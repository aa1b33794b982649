import { isFinal } from "../domain/run.ts";
import { branchLock, withLock } from "../store/lock.ts";
import { getRun } from "../store/runs.ts";
import { branchTip } from "./branchTip.ts";
import type { JobHandler } from "./handler.ts";
import { observeHead } from "./observeHead.ts";

/** Reads where the integration branch is. A webhook is only the hint to look: it may be late or out of order. */
export const watchHead: JobHandler<"watch_head"> = async ({ runId }, deps) => {
  await withLock(deps.store.knex, branchLock(runId), async () => {
    const run = await getRun(deps.store.knex, runId);
    if (isFinal(run.state)) return;
    const actual = await branchTip(run, "remote", deps);
    await observeHead(run, { actual, by: "someone" }, deps);
  });
};
