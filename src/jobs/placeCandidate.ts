import type { Sha } from "../domain/ids.ts";
import type { Candidate } from "../domain/phase.ts";
import type { Repository } from "../domain/repository.ts";
import type { ApplyOutcome } from "../ports/git.ts";
import type { JobDeps } from "./handler.ts";

/**
 * Puts a candidate onto a commit. A tree that its maker left in the mirror is used as it is; on another machine, or after the
 * mirror was made anew, it is made again from the patch.
 */
export async function placeCandidate(
  candidate: Candidate,
  { repository, onto }: { readonly repository: Repository; readonly onto: Sha },
  { git, artifacts }: JobDeps,
): Promise<ApplyOutcome> {
  const { base, tree, patchBase } = candidate;
  if (base === onto && (await git.has(repository, [onto, tree]))) return { kind: "applied", tree };
  await git.fetch(repository);
  return git.apply(repository, { bytes: await artifacts.get(candidate.patch), base: patchBase, onto });
}
