import type { Knex } from "knex";
import { parseCommands } from "../commands/parseCommands.ts";
import type { Run } from "../domain/run.ts";
import { saveRepository } from "../store/repositories.ts";
import { findRunOfIssue, findRunOfPull } from "../store/runs.ts";
import type { Asking } from "./asking.ts";
import type { InboxDeps } from "./deps.ts";
import { obey } from "./obey.ts";
import { commentCreated, repositoryOf } from "./payloads.ts";

/** A new comment may hold commands. Each is judged by itself, in order, and each is answered. */
export async function commented(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = commentCreated.parse(raw);
  const author = payload.comment.user;
  const bot = await deps.forges.botLogin();
  if (author === null || author.type === "Bot" || author.login === bot) return;
  const db = deps.store.knex;
  const repository = repositoryOf(payload);
  const { number, title, body, state, labels, pull_request: pull } = payload.issue;
  const place: Place = { kind: pull === null ? "issue" : "pull_request", repositoryId: repository.id, number };
  const first = await findRunAt(db, place);
  const bare = place.kind === "pull_request" && first !== null && first.settings?.bareCommands !== false;
  const commands = parseCommands(payload.comment.body, { slug: bot.replace(/\[bot\]$/, ""), bare });
  if (commands.length === 0) return;
  await db.transaction(async (tx) => saveRepository(tx, repository));
  const asking: Omit<Asking, "run"> = {
    repository,
    place: place.kind,
    number,
    issue: pull === null ? { title, body, isOpen: state === "open", labels } : null,
    commentId: payload.comment.id,
    login: author.login,
  };
  for (const [index, command] of commands.entries()) {
    // The command before may have started the run that this one is about.
    const run = index === 0 ? first : await findRunAt(db, place);
    await obey(command, { asking: { ...asking, run }, index }, deps);
  }
}

interface Place {
  readonly kind: Asking["place"];
  readonly repositoryId: number;
  readonly number: number;
}

async function findRunAt(db: Knex, place: Place): Promise<Run | null> {
  return place.kind === "issue" ? findRunOfIssue(db, place) : findRunOfPull(db, place);
}
