import type { Knex } from "knex";
import type { Answer, OwedAnswer } from "../domain/answer.ts";
import type { Command } from "../commands/parseCommands.ts";
import type { Turn } from "./asking.ts";
import type { InboxDeps } from "./deps.ts";
import { owe, turnId } from "./owe.ts";

/** What the carrying out of one command needs to be answered. */
export interface Means {
  readonly turn: Turn;
  readonly deps: InboxDeps;
}

export async function reply(said: Answer, means: Means): Promise<void> {
  await means.deps.store.knex.transaction(async (tx) => replyIn(tx, said, means));
}

/** Owes the answer in the transaction of what it answers. */
export async function replyIn(tx: Knex, said: Answer, { turn, deps }: Means): Promise<void> {
  const { repository, number, commentId, onReview } = turn.asking;
  const owed: OwedAnswer = {
    id: turnId(turn, deps),
    repositoryId: repository.id,
    issueNumber: number,
    commentId,
    ...(onReview === true ? { onReview } : {}),
    labelToRemove: null,
    answer: said,
  };
  await owe(deps.store, tx, owed);
}

/** One line: why not. `why` completes "is refused: …". */
export async function refuse(command: Command, why: string, means: Means): Promise<void> {
  return reply(refused(command, why, means.turn), means);
}

export function refused(command: Command, why: string, { asking }: Turn): Answer {
  return { kind: "refused", what: `/autopack ${command.name}`, by: asking.login, why };
}
