import type { Knex } from "knex";
import type { Answer, OwedAnswer } from "../domain/answer.ts";

interface AnswerRow {
  readonly id: string;
  readonly repository_id: number;
  readonly issue_number: number;
  readonly comment_id: number | null;
  readonly on_review: boolean;
  readonly label_to_remove: string | null;
  readonly answer: Answer;
  readonly begun_at: Date | null;
  readonly posted_at: Date | null;
}

/** `begun`: its comment may have been posted already. */
export interface StoredAnswer extends OwedAnswer {
  readonly begun: boolean;
  readonly posted: boolean;
}

/** Owes an answer; false when it was owed already. */
export async function insertAnswer(tx: Knex, owed: OwedAnswer): Promise<boolean> {
  const inserted = await tx("answers")
    .insert({
      id: owed.id,
      repository_id: owed.repositoryId,
      issue_number: owed.issueNumber,
      comment_id: owed.commentId,
      on_review: owed.onReview ?? false,
      label_to_remove: owed.labelToRemove,
      answer: JSON.stringify(owed.answer),
    })
    .onConflict("id")
    .ignore()
    .returning("id");
  return inserted.length === 1;
}

/** Whether an answer is owed or given: what it answers has then been done. */
export async function isAnswered(db: Knex, id: string): Promise<boolean> {
  return (await db<AnswerRow>("answers").where({ id }).first("id")) !== undefined;
}

export async function getAnswer(db: Knex, id: string): Promise<StoredAnswer> {
  const row = await db<AnswerRow>("answers").where({ id }).first();
  if (row === undefined) throw new Error(`there is no answer ${id}`);
  return {
    id: row.id,
    repositoryId: row.repository_id,
    issueNumber: row.issue_number,
    commentId: row.comment_id,
    ...(row.on_review ? { onReview: true } : {}),
    labelToRemove: row.label_to_remove,
    answer: row.answer,
    begun: row.begun_at !== null,
    posted: row.posted_at !== null,
  };
}

/** Notes that an answer's comment is about to be posted, so that whoever comes after a crash looks for it first. */
export async function beginAnswer(db: Knex, id: string): Promise<void> {
  await db("answers").where({ id }).update({ begun_at: db.fn.now() });
}

export async function answerPosted(db: Knex, id: string): Promise<void> {
  await db("answers").where({ id }).update({ posted_at: db.fn.now() });
}
