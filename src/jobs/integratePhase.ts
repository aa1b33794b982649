import { integrationBranch } from "../domain/ids.ts";
import type { PhaseId, Sha } from "../domain/ids.ts";
import type { Candidate } from "../domain/phase.ts";
import { isDryRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { branchLock, withLock } from "../store/lock.ts";
import type { Lock } from "../store/lock.ts";
import { commitMessage } from "./commitMessage.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { phaseAtWork } from "./livePhase.ts";
import type { PhaseAtWork } from "./livePhase.ts";
import { observeHead } from "./observeHead.ts";
import { placeCandidate } from "./placeCandidate.ts";

/**
 * Lands a candidate: one commit, pushed only while the branch is where the run believes it, and read back.
 *
 * The commit is the same however often it is made, so a push whose news was lost is found done. Of a dry run it is kept, not
 * pushed.
 */
export const integratePhase: JobHandler<"integrate_phase"> = async ({ runId, phaseId }, deps) => {
  await withLock(deps.store.knex, branchLock(runId), async (lock) => {
    const work = await phaseAtWork(deps, runId, phaseId);
    const candidate = work?.phase.candidate ?? null;
    if (work?.phase.state.kind !== "integrating" || candidate === null) return;
    await land(work, candidate, { deps, lock });
  });
};

async function land(
  { run, phase, head }: PhaseAtWork,
  candidate: Candidate,
  { deps, lock }: { readonly deps: JobDeps; readonly lock: Lock },
): Promise<void> {
  const { repository } = run;
  const applied = await placeCandidate(candidate, { repository, onto: head }, deps);
  if (applied.kind === "conflict" || applied.tree !== candidate.tree) {
    throw new Error(`the candidate of ${phase.id} does not give the tree that was checked`);
  }
  const message = commitMessage(run, phase, candidate);
  const sha = await deps.git.commit(repository, { tree: applied.tree, parent: head, message, at: candidate.builtAt });
  // Who was frozen here may find the branch as it was and the run long over: landed, deleted, rolled back.
  await lock.confirm();
  if (isDryRun(run)) {
    await deps.git.keep(repository, { name: run.id, sha });
    await deps.advance(run.id, { kind: "phase_integrated", phaseId: phase.id, sha });
    return;
  }
  const pushed = await deps.git.push(repository, { branch: integrationBranch(run.id), sha, expected: run.head });
  if (pushed.kind === "moved") {
    await deps.advance(run.id, { kind: "phase_integrated", phaseId: phase.id, sha });
    return;
  }
  deps.log.info({ run: run.id, phase: phase.id, actual: pushed.actual }, "integration branch moved under a phase");
  const after = await landedUnder(pushed.actual, { run, phaseId: phase.id, sha }, deps);
  await observeHead(after, { actual: pushed.actual, by: "someone" }, deps);
}

/** Somebody may have pushed on top of our commit before its push was heard of: then it has landed. */
async function landedUnder(
  actual: Sha | null,
  ours: { readonly run: Run; readonly phaseId: PhaseId; readonly sha: Sha },
  deps: JobDeps,
): Promise<Run> {
  const { run, phaseId, sha } = ours;
  if (actual === null) return run;
  await deps.git.fetch(run.repository);
  if (!(await deps.git.isAncestor(run.repository, { ancestor: sha, of: actual }))) return run;
  return deps.advance(run.id, { kind: "phase_integrated", phaseId, sha });
}
