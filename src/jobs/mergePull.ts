import type { Sha } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { mayMerge } from "../domain/transition.ts";
import { pullTitle } from "../projections/pullBody.ts";
import { beginPublication, publicationsOf, savePublication } from "../store/publications.ts";
import { getRun } from "../store/runs.ts";
import { delegateMerge, recallMerge } from "./delegateMerge.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import type { Merge } from "./merge.ts";
import { observePull } from "./observePull.ts";
import { showRun } from "./projectRun.ts";

/**
 * Merges the promotion pull request where the policy lets Autopack, or has GitHub merge it; only the head that was judged.
 * When the run is no longer to be merged, GitHub is told so.
 */
export const mergePull: JobHandler<"merge_pull"> = async ({ runId, head }, deps) => {
  const asked = await getRun(deps.store.knex, runId);
  if (!isToBeMerged(asked, head)) return recallMerge(asked, deps);
  // The check runs must be green on GitHub before it is asked.
  await showRun(runId, deps);
  const run = await getRun(deps.store.knex, runId);
  if (!isToBeMerged(run, head) || run.pull === null) return recallMerge(run, deps);
  const merge: Merge = { run, pull: run.pull, head, forge: await deps.forges.of(run.repository) };
  const delegate = delegateOf(run);
  if (delegate === null) return mergeNow(merge, deps);
  if ((await delegateMerge(merge, delegate, deps)) === "merge_now") return mergeNow(merge, deps);
  // What the run became while GitHub was asked, nobody else may have taken back.
  const after = await getRun(deps.store.knex, runId);
  if (!isToBeMerged(after, head)) await recallMerge(after, deps);
};

function isToBeMerged(run: Run, head: Sha): boolean {
  return mayMerge(run) && run.head === head;
}

function delegateOf({ settings }: Run): "auto_merge" | "queue" | null {
  switch (settings?.promotion.merge) {
    case "github":
      return "auto_merge";
    case "queue":
      return "queue";
    case undefined:
    case "people":
    case "autopack":
    case "on_command":
      return null;
  }
}

/** Asks GitHub once. An earlier try whose answer was lost may have merged, so what it began is read back first. */
async function mergeNow({ run, pull, head, forge }: Merge, deps: JobDeps): Promise<void> {
  const db = deps.store.knex;
  const target = `merge:${head}`;
  const published = await publicationsOf(db, run.id);
  const isSettled = async (): Promise<boolean> => observePull(run, await deps.forges.botLogin(), deps);
  if (published.has(target) && (await isSettled())) return;
  await beginPublication(db, run.id, target);
  const outcome = await forge.mergePull({
    number: pull.number,
    sha: head,
    method: run.settings?.promotion.method ?? "merge",
    title: `${pullTitle(run)} (#${pull.number})`,
  });
  switch (outcome.kind) {
    case "merged":
      await deps.advance(run.id, { kind: "pull_merged", sha: outcome.sha, by: await deps.forges.botLogin() });
      await savePublication(db, run.id, { target, digest: outcome.sha, remoteId: pull.number });
      return;
    case "head_moved":
      // Its webhook may be on its way, or lost.
      await deps.enqueue(db, { kind: "watch_head", runId: run.id });
      return;
    case "refused":
      if (await isSettled()) return;
      await deps.advance(run.id, { kind: "merge_refused", head, message: outcome.message });
  }
}
