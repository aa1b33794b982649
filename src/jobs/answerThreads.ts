import type { PhaseId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { threadReply } from "../projections/threadReply.ts";
import { projectionLock, withLock } from "../store/lock.ts";
import { beginPublication, publicationsOf, savePublication } from "../store/publications.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";

/** Answers the threads of a review, once the phase that was made of it has landed. Of a phase that has not, the status comment tells. */
export const answerThreads: JobHandler<"answer_threads"> = async ({ runId, phaseId }, deps) => {
  await withLock(deps.store.knex, projectionLock(runId), async () => {
    const run = await getRun(deps.store.knex, runId);
    const phase = run.phases.find(({ id }) => id === phaseId);
    const body = phase === undefined ? null : threadReply(phase);
    const threads = phase?.plan.revision?.threads ?? [];
    if (body === null || run.pull === null) return;
    const pull = run.pull.number;
    for (const threadId of new Set(threads.map(({ commentId }) => commentId)))
      await answer({ run, phaseId, pull, threadId, body }, deps);
  });
};

interface Reply {
  readonly run: Run;
  readonly phaseId: PhaseId;
  readonly pull: number;
  readonly threadId: number;
  readonly body: string;
}

/** Looks first when an earlier try may have replied. A thread that is gone needs no answer any more. */
async function answer({ run, phaseId, pull, threadId, body }: Reply, deps: JobDeps): Promise<void> {
  const db = deps.store.knex;
  const target = `thread:${phaseId}:${threadId}`;
  const known = (await publicationsOf(db, run.id)).get(target);
  if (known !== undefined && known.digest !== null) return;
  const forge = await deps.forges.of(run.repository);
  const marker = `<!-- autopack:reply:${phaseId}:${threadId} -->`;
  const earlier = known === undefined ? null : await forge.findReviewReply(pull, marker);
  await beginPublication(db, run.id, target);
  const remoteId = earlier ?? (await forge.replyToReview(pull, threadId, `${marker}\n${body}`));
  await savePublication(db, run.id, { target, digest: remoteId === null ? "gone" : "replied", remoteId });
}
