import type { Sha } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";

/** Notes that a merged run's work was taken back, when git bears out what the commit's message says. */
export const noteRevert: JobHandler<"note_revert"> = async ({ runId, sha, by }, deps) => {
  const run = await getRun(deps.store.knex, runId);
  if (run.state.kind !== "promoted" || run.reverted !== null || run.state.sha === sha) return;
  if (await isBorneOut(run, { merged: run.state.sha, revert: sha }, deps))
    await deps.advance(runId, { kind: "reverted", sha, by });
};

/** It is on the base, behind the merge, and something that the run had touched has changed since. */
async function isBorneOut(
  { repository, base, phases }: Run,
  { merged, revert }: { readonly merged: Sha; readonly revert: Sha },
  { git }: JobDeps,
): Promise<boolean> {
  await git.fetch(repository);
  const tip = base === null ? null : await git.tip(repository, base.branch);
  if (tip === null || !(await git.has(repository, [merged, revert]))) return false;
  if (!(await git.isAncestor(repository, { ancestor: merged, of: revert }))) return false;
  if (!(await git.isAncestor(repository, { ancestor: revert, of: tip }))) return false;
  const touched = new Set(phases.flatMap(({ candidate }) => candidate?.touched ?? []).map(({ path }) => path));
  const changed = await git.changedPaths(repository, { from: merged, to: revert });
  return touched.size === 0 || changed.some((path) => touched.has(path));
}
