import type { Change } from "../../domain/change.ts";
import type { Means } from "./acceptanceWork.ts";
import { candidateTrees } from "./candidateTrees.ts";
import type { CandidateTrees } from "./candidateTrees.ts";
import { layOutTree } from "./layOutTree.ts";
import type { TreeOnDisk } from "./layOutTree.ts";

/** What the validators of a spec share. */
export interface JudgingRoom extends Means {
  /** What the change does, by path. */
  readonly changes: readonly Change[];
  /** The change as a patch onto `work.commit`, a character a byte; empty where no validator needs it. */
  readonly patch: string;
  /** The tree before any command has run in it; not to be looked at afterwards. */
  readonly pristine: TreeOnDisk;
  readonly trees: CandidateTrees;
}

/** What GitHub takes at all, so that nothing of a change goes unread. */
const MAX_FILE_BYTES = 100 * 1024 ** 2;

export async function openJudgingRoom(means: Means): Promise<JudgingRoom> {
  const { commit, tree, spec } = means.work;
  const pristine = await layOutTree({ commit, tree }, means);
  try {
    const { changes } = await pristine.checkout.read({ maxFileBytes: MAX_FILE_BYTES });
    const needsPatch = spec.validators.some(({ type }) => type === "fail_to_pass");
    const patch = needsPatch ? Buffer.from((await pristine.checkout.capture()).patch).toString("latin1") : "";
    const isShared = spec.validators.filter((validator) => "command" in validator).length > 1;
    return { ...means, changes, patch, pristine, trees: candidateTrees(pristine, { ...means, isShared }) };
  } catch (error) {
    await pristine.dispose();
    throw error;
  }
}
