import type { Run } from "../domain/run.ts";
import type { JobDeps } from "./handler.ts";

/**
 * Reads what became of a run's pull request, and tells the run when it has ended: true then. A webhook of that may be late, or
 * lost.
 *
 * `mergedBy` is who must have merged it, if it is merged.
 */
export async function observePull(run: Run, mergedBy: string, deps: JobDeps): Promise<boolean> {
  if (run.pull === null) return false;
  const forge = await deps.forges.of(run.repository);
  const { mergedSha, state } = await forge.getPull(run.pull.number);
  if (state === "open") return false;
  if (mergedSha === null) await deps.advance(run.id, { kind: "pull_closed", by: "someone" });
  else await deps.advance(run.id, { kind: "pull_merged", sha: mergedSha, by: mergedBy });
  return true;
}
