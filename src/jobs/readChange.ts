import type { ArtifactId, Sha } from "../domain/ids.ts";
import type { Candidate, TouchedPath } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import { getRun } from "../store/runs.ts";
import { bringDryBranch } from "./dryBranch.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { patchIds } from "./patchIds.ts";

/** Reads all that a run has landed as one change, so that an Auditor can judge the whole of it. */
export const readChange: JobHandler<"read_change"> = async ({ runId, phaseId }, deps) => {
  const run = await getRun(deps.store.knex, runId);
  const phase = run.phases.find(({ id }) => id === phaseId);
  const { head, base } = run;
  if (phase?.state.kind !== "building" || phase.plan.audit === undefined || head === null || base === null) return;
  await bringDryBranch(run, deps);
  const candidate = await whole(run, { from: base.sha, head }, deps);
  await deps.advance(runId, { kind: "change_read", phaseId, candidate });
};

async function whole(
  { repository, phases }: Run,
  { from, head }: { readonly from: Sha; readonly head: Sha },
  { git, artifacts, clock }: JobDeps,
): Promise<Candidate> {
  if (!(await git.has(repository, [from, head]))) await git.fetch(repository);
  const { patch, filesChanged, linesAdded, linesDeleted } = await git.change(repository, { from, to: head });
  const ids = patchIds(patch);
  const stored: ArtifactId = await artifacts.putBytes(patch, "text/x-diff");
  return {
    base: from,
    tree: await git.treeOf(repository, head),
    patch: stored,
    patchBase: from,
    summary: "",
    filesChanged,
    linesAdded,
    linesDeleted,
    touched: touchedBy(phases),
    patchId: ids.forward,
    inversePatchId: ids.inverse,
    builtAt: clock.now().toISOString(),
    isWhole: true,
  };
}

/** What the landed phases touched, each path once. */
function touchedBy(phases: Run["phases"]): readonly TouchedPath[] {
  const landed = phases.filter(({ state }) => state.kind === "complete");
  const all = landed.flatMap(({ candidate }) => candidate?.touched ?? []);
  return [...new Map(all.map((touched) => [touched.path, touched])).values()];
}
