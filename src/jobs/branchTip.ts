import { integrationBranch } from "../domain/ids.ts";
import type { Sha } from "../domain/ids.ts";
import { isDryRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { bringDryBranch } from "./dryBranch.ts";
import type { JobDeps } from "./handler.ts";

/**
 * Where a run's integration branch is: in the mirror as of the last fetch, or read from the remote.
 *
 * A dry run has none there, and nobody else can move what it keeps: it is where the run has it.
 */
export async function branchTip(run: Run, where: "mirror" | "remote", deps: JobDeps): Promise<Sha | null> {
  if (isDryRun(run)) {
    await bringDryBranch(run, deps);
    return run.head;
  }
  const branch = integrationBranch(run.id);
  return where === "mirror" ? deps.git.tip(run.repository, branch) : deps.git.remoteTip(run.repository, branch);
}
