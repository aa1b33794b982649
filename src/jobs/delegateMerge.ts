import { EnvironmentFailure } from "../domain/failure.ts";
import type { Run } from "../domain/run.ts";
import type { Delegate, Forge } from "../ports/forge.ts";
import { pullTitle } from "../projections/pullBody.ts";
import { beginPublication, publicationsOf, savePublication } from "../store/publications.ts";
import type { JobDeps } from "./handler.ts";
import type { Merge } from "./merge.ts";
import { observePull } from "./observePull.ts";

/** What a merge that was left to GitHub is published as, until it is taken back. */
const DELEGATED = "delegated";
const RECALLED = "recalled";

/**
 * Has GitHub merge as soon as its own conditions are met. `merge_now`: there is nothing that it would wait for, and it then refuses
 * to be told. An earlier try whose answer was lost is read back first.
 */
export async function delegateMerge(merge: Merge, to: Delegate, deps: JobDeps): Promise<"settled" | "merge_now"> {
  const { run, pull, head, forge } = merge;
  const db = deps.store.knex;
  const target = `merge:${head}`;
  const save = async (): Promise<void> =>
    savePublication(db, run.id, { target, digest: DELEGATED, remoteId: pull.number });
  if ((await publicationsOf(db, run.id)).has(target)) {
    const seen = await forge.readDelegation(pull.nodeId);
    if (seen.state === "closed" && (await observe(run, deps))) return "settled";
    if (seen.autoMerge || seen.queued) {
      await save();
      return "settled";
    }
  }
  await beginPublication(db, run.id, target);
  const outcome = await forge.delegateMerge({
    nodeId: pull.nodeId,
    sha: head,
    to,
    method: run.settings?.promotion.method ?? "merge",
    title: `${pullTitle(run)} (#${pull.number})`,
  });
  switch (outcome.kind) {
    case "delegated":
      await save();
      return "settled";
    case "nothing_to_wait_for":
      return "merge_now";
    case "head_moved":
      await deps.enqueue(db, { kind: "watch_head", runId: run.id });
      return "settled";
    case "refused":
      if (await observe(run, deps)) return "settled";
      await deps.advance(run.id, { kind: "merge_refused", head, message: outcome.message });
      return "settled";
  }
}

/** Takes back what GitHub was told, or may have been told, of a run that is not to be merged any more. */
export async function recallMerge(run: Run, deps: JobDeps): Promise<void> {
  const { pull, state } = run;
  if (pull === null || state.kind === "promoted") return;
  const db = deps.store.knex;
  const told = [...(await publicationsOf(db, run.id)).values()].filter(
    ({ target, digest }) => target.startsWith("merge:") && (digest === DELEGATED || digest === null),
  );
  if (told.length === 0) return;
  const forge = await deps.forges.of(run.repository);
  await recall(pull.nodeId, forge);
  if ((await forge.readDelegation(pull.nodeId)).state === "closed") await observe(run, deps);
  for (const { target } of told) await savePublication(db, run.id, { target, digest: RECALLED, remoteId: pull.number });
}

/** GitHub's own word for it counts: taking back what is not there is no error, so no error proves nothing. */
async function recall(nodeId: string, forge: Forge): Promise<void> {
  const { autoMerge, queued, state } = await forge.readDelegation(nodeId);
  if (state === "closed" || (!autoMerge && !queued)) return;
  if (autoMerge) await forge.recallMerge({ nodeId, from: "auto_merge" });
  if (queued) await forge.recallMerge({ nodeId, from: "queue" });
  const after = await forge.readDelegation(nodeId);
  if (after.state === "open" && (after.autoMerge || after.queued))
    throw new EnvironmentFailure("GitHub still means to merge a pull request that is not to be merged");
}

async function observe(run: Run, deps: JobDeps): Promise<boolean> {
  return observePull(run, await deps.forges.botLogin(), deps);
}
