import type { Run } from "../domain/run.ts";
import type { PullRequest } from "../domain/run.ts";
import type { Sha } from "../domain/ids.ts";
import { mayMerge } from "../domain/transition.ts";
import type { Forge } from "../ports/forge.ts";
import { pullTitle } from "../projections/pullBody.ts";
import { beginPublication, publicationsOf, savePublication } from "../store/publications.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { observePull } from "./observePull.ts";
import { showRun } from "./projectRun.ts";

/** Merges the promotion pull request where the policy lets Autopack, and only the head that was judged. */
export const mergePull: JobHandler<"merge_pull"> = async ({ runId, head }, deps) => {
  const asked = await getRun(deps.store.knex, runId);
  if (!mayMerge(asked) || asked.head !== head) return;
  // The check runs must be green on GitHub before it is asked.
  await showRun(runId, deps);
  const run = await getRun(deps.store.knex, runId);
  if (!mayMerge(run) || run.head !== head || run.pull === null) return;
  const forge = await deps.forges.of(run.repository);
  await merge({ run, pull: run.pull, head }, forge, deps);
};

interface Merge {
  readonly run: Run;
  readonly pull: PullRequest;
  readonly head: Sha;
}

/** Asks GitHub once. An earlier try whose answer was lost may have merged, so what it began is read back first. */
async function merge({ run, pull, head }: Merge, forge: Forge, deps: JobDeps): Promise<void> {
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
