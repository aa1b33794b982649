import { EnvironmentFailure } from "../domain/failure.ts";
import type { Sha } from "../domain/ids.ts";
import type { Phase } from "../domain/phase.ts";
import { isDryRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { commitMessage } from "./commitMessage.ts";
import type { JobDeps } from "./handler.ts";
import { placeCandidate } from "./placeCandidate.ts";

/**
 * Sees to it that this machine's mirror has the commits of a dry run, which no fetch brings. For every other run it does
 * nothing.
 *
 * They are made again from their patches where they are missing: on another machine, or after the mirror was made anew. A
 * commit is the same however often it is made.
 */
export async function bringDryBranch(run: Run, deps: JobDeps): Promise<void> {
  const { repository, base } = run;
  const head = run.rollback?.to ?? run.head;
  if (!isDryRun(run) || head === null || base === null || (await deps.git.has(repository, [head]))) return;
  await deps.git.fetch(repository);
  let parent = base.sha;
  for (const landed of inOrderOfLanding(run.phases)) parent = await commitAgain(run, landed, { parent, deps });
  if (parent !== head) throw lost(run, head);
  await deps.git.keep(repository, { name: run.id, sha: head });
}

type Landed = Phase & { readonly state: Extract<Phase["state"], { kind: "complete" }> };

function inOrderOfLanding(phases: readonly Phase[]): readonly Landed[] {
  return phases
    .filter((phase): phase is Landed => phase.state.kind === "complete")
    .toSorted((left, right) => left.state.landing - right.state.landing);
}

async function commitAgain(
  run: Run,
  phase: Landed,
  { parent, deps }: { readonly parent: Sha; readonly deps: JobDeps },
): Promise<Sha> {
  const { candidate } = phase;
  if (candidate === null) throw lost(run, phase.state.sha);
  const { repository } = run;
  const placed = await placeCandidate(candidate, { repository, onto: parent }, deps);
  if (placed.kind === "conflict") throw lost(run, phase.state.sha);
  const message = commitMessage(run, phase, candidate);
  return deps.git.commit(repository, { tree: placed.tree, parent, message, at: candidate.builtAt });
}

function lost(run: Run, sha: Sha): EnvironmentFailure {
  return new EnvironmentFailure(
    `${sha.slice(0, 7)} of the dry run ${run.id} is not in the mirror, and cannot be made again`,
  );
}
