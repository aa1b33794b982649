import type { Answer } from "../domain/answer.ts";
import type { Forge } from "../ports/forge.ts";
import { answerBody } from "../projections/answerBody.ts";
import type { RunView } from "../projections/runView.ts";
import { answerPosted, beginAnswer, getAnswer } from "../store/answers.ts";
import type { StoredAnswer } from "../store/answers.ts";
import { getRepository } from "../store/repositories.ts";
import { findRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { viewOf } from "./projectRun.ts";

/** Answers a command where it was typed: a reaction, and a comment where there is more to say. */
export const postAnswer: JobHandler<"post_answer"> = async ({ answerId }, deps) => {
  const db = deps.store.knex;
  const owed = await getAnswer(db, answerId);
  if (owed.posted) return;
  const forge = await deps.forges.of(await getRepository(db, owed.repositoryId));
  const { commentId } = owed;
  if (commentId !== null) await forge.react(commentId, "eyes");
  const { reaction, body } = answerBody(owed.answer, await viewFor(owed.answer, deps));
  if (body !== null) await comment(owed, body, { forge, deps });
  if (commentId !== null) await forge.react(commentId, reaction);
  if (owed.labelToRemove !== null) await forge.removeLabel(owed.issueNumber, owed.labelToRemove);
  await answerPosted(db, answerId);
};

async function viewFor(answer: Answer, deps: JobDeps): Promise<RunView | null> {
  if (answer.kind !== "status" || answer.runId === null) return null;
  const run = await findRun(deps.store.knex, answer.runId);
  return run === null ? null : viewOf(run, deps);
}

/** Looks first when an earlier try may have posted it. */
async function comment(
  owed: StoredAnswer,
  body: string,
  { forge, deps }: { readonly forge: Forge; readonly deps: JobDeps },
): Promise<void> {
  const marker = `<!-- autopack:answer:${owed.id} -->`;
  if (owed.begun && (await forge.findComment(owed.issueNumber, marker)) !== null) return;
  await beginAnswer(deps.store.knex, owed.id);
  await forge.createComment(owed.issueNumber, `${marker}\n${body}`);
}
