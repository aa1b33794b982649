import type { Forge, Reaction } from "../ports/forge.ts";
import { answerBody } from "../projections/answerBody.ts";
import { answerPosted, beginAnswer, getAnswer } from "../store/answers.ts";
import type { StoredAnswer } from "../store/answers.ts";
import { getRepository } from "../store/repositories.ts";
import { answerMaterial } from "./answerMaterial.ts";
import type { JobDeps, JobHandler } from "./handler.ts";

/** Answers a command where it was typed: a reaction, and a comment where there is more to say. */
export const postAnswer: JobHandler<"post_answer"> = async ({ answerId }, deps) => {
  const db = deps.store.knex;
  const owed = await getAnswer(db, answerId);
  if (owed.posted) return;
  const forge = await deps.forges.of(await getRepository(db, owed.repositoryId));
  await react(owed, "eyes", forge);
  const { reaction, body } = answerBody(owed.answer, await answerMaterial(owed, deps));
  if (body !== null) await comment(owed, body, { forge, deps });
  await react(owed, reaction, forge);
  if (owed.labelToRemove !== null) await forge.removeLabel(owed.issueNumber, owed.labelToRemove);
  await answerPosted(db, answerId);
};

async function react({ commentId, onReview }: StoredAnswer, reaction: Reaction, forge: Forge): Promise<void> {
  if (commentId === null) return;
  if (onReview === true) await forge.reactToReview(commentId, reaction);
  else await forge.react(commentId, reaction);
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
