import type { Sha } from "../domain/ids.ts";
import { headOf } from "../domain/phaseWork.ts";
import type { Run } from "../domain/run.ts";
import type { JobDeps } from "./handler.ts";
import { observePull } from "./observePull.ts";

/**
 * Tells a run where its integration branch really is. The caller holds the branch's lock.
 *
 * Commits on top of what the run knows become part of it; a branch that lost some is a person's to decide.
 */
export async function observeHead(
  run: Run,
  seen: { readonly actual: Sha | null; readonly by: string },
  deps: JobDeps,
): Promise<void> {
  const { actual, by } = seen;
  const known = headOf(run);
  if (actual === run.head || known === undefined) return;
  if (actual === null) {
    // Branches are deleted with their pull request, and that may be heard of first.
    if (await observePull(run, "someone", deps)) return;
    if (run.head !== null) await deps.advance(run.id, { kind: "history_rewritten", from: run.head, to: null });
    return;
  }
  await deps.git.fetch(run.repository);
  if (await deps.git.isAncestor(run.repository, { ancestor: known, of: actual })) {
    const commits = await deps.git.countCommits(run.repository, { from: known, to: actual });
    await deps.advance(run.id, { kind: "head_moved", from: run.head, to: actual, by, commits });
    return;
  }
  await deps.advance(run.id, { kind: "history_rewritten", from: run.head, to: actual });
}
