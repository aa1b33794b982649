import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type { OwedAnswer } from "../domain/answer.ts";
import { insertAnswer } from "../store/answers.ts";
import { enqueue } from "../store/queue.ts";
import type { Store } from "../store/store.ts";
import type { Turn } from "./asking.ts";
import type { InboxDeps } from "./deps.ts";

/** Owes somebody an answer, in the transaction of what is answered. Owing it twice posts it once. */
export async function owe(store: Store, tx: Knex, answer: OwedAnswer): Promise<void> {
  if (await insertAnswer(tx, answer)) await enqueue(store, tx, { kind: "post_answer", answerId: answer.id });
}

/** The id of a delivery's nth answer: the same however often the delivery is handled. A UUID by name, version 5 in form. */
export function answerId(deliveryId: string, index: number): string {
  const hash = createHash("sha1").update(`autopack answer ${deliveryId} ${index}`).digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/**
 * The id of the answer to a command: named after the comment that asked, whichever delivery told of it. Where no comment did,
 * as with a button, after the delivery.
 */
export function turnId({ asking, index }: Turn, { deliveryId }: Pick<InboxDeps, "deliveryId">): string {
  const { commentId, onReview } = asking;
  if (commentId === null) return answerId(deliveryId, index);
  return answerId(`${onReview === true ? "review comment" : "comment"} ${commentId}`, index);
}
