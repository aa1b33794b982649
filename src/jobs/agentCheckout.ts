import { INSTRUCTION_FILES } from "../domain/instructionFiles.ts";
import type { Sha, TreeId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { Checkout } from "../ports/git.ts";
import type { JobDeps } from "./handler.ts";

/**
 * A work tree for an agent. What agents read as instructions is in it as the run's base has it: whoever wrote such files since,
 * another agent above all, has no say in what this one does. A change of them is still in every diff.
 */
export async function agentCheckout(
  { repository, base }: Pick<Run, "repository" | "base">,
  at: { readonly commit: Sha; readonly tree?: TreeId },
  { git }: Pick<JobDeps, "git">,
): Promise<Checkout> {
  // The base itself has nothing to be restored.
  if (base === null || (at.commit === base.sha && at.tree === undefined)) return git.checkout(repository, at);
  if (!(await git.has(repository, [base.sha]))) await git.fetch(repository);
  return git.checkout(repository, { ...at, restore: { from: base.sha, globs: INSTRUCTION_FILES } });
}
