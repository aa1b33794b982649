import type { z } from "zod";
import { parseCommands } from "../commands/parseCommands.ts";
import type { ParsedCommand } from "../commands/parseCommands.ts";
import type { Run } from "../domain/run.ts";
import { saveRepository } from "../store/repositories.ts";
import { findRunOfPull } from "../store/runs.ts";
import type { Asking } from "./asking.ts";
import type { InboxDeps } from "./deps.ts";
import { isPerson } from "./isPerson.ts";
import { obey } from "./obey.ts";
import { repositoryOf, reviewCommentCreated } from "./payloads.ts";
import type { reviewGiven } from "./payloads.ts";

export type Review = z.output<typeof reviewGiven>;

/** The commands in a text of a review. Bare ones count on a run's own pull request only. */
export function commandsIn(
  body: string,
  { bot, run }: { readonly bot: string; readonly run: Run | null },
): readonly ParsedCommand[] {
  const bare = run !== null && run.settings?.bareCommands !== false;
  return parseCommands(body, { slug: bot.replace(/\[bot\]$/, ""), bare });
}

export function asksForFix(commands: readonly ParsedCommand[]): boolean {
  return commands.some((command) => command.kind === "command" && command.name === "fix");
}

/** Obeys the commands in a review's own text. GitHub takes no reactions to reviews, so only what needs words is answered. */
export async function obeyReview(
  given: { readonly payload: Review; readonly run: Run | null; readonly login: string },
  deps: InboxDeps,
): Promise<void> {
  const { payload, run, login } = given;
  const { review, pull_request: pull } = payload;
  const commands = commandsIn(review.body, { bot: await deps.forges.botLogin(), run });
  // A review that asks for changes is asked for as a whole: a `fix` in it would ask for the same once more.
  const isSaid = review.state === "changes_requested" && run !== null;
  const toObey = commands.map((command) => (isSaid && asksForFix([command]) ? null : command));
  const asking = { repository: repositoryOf(payload), number: pull.number, commentId: null, login };
  await obeyInTurn(toObey, asking, deps);
}

/** A comment on a line may hold commands; what else it says belongs to its review. A `fix` there is about that line. */
export async function reviewCommented(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = reviewCommentCreated.parse(raw);
  const { comment, pull_request: pull } = payload;
  if (comment.user === null || !(await isPerson(comment.user, deps))) return;
  const repository = repositoryOf(payload);
  const run = await findRunOfPull(deps.store.knex, { repositoryId: repository.id, number: pull.number });
  const commands = commandsIn(comment.body, { bot: await deps.forges.botLogin(), run });
  const { id, in_reply_to_id: root, path, line = null } = comment;
  const asking = {
    repository,
    number: pull.number,
    commentId: id,
    onReview: true,
    thread: { commentId: root ?? id, path, line, body: "" },
    login: comment.user.login,
  } as const;
  await obeyInTurn(commands, asking, deps);
}

/** Null keeps the place of a command that is not to be obeyed, so that the others keep theirs. */
async function obeyInTurn(
  commands: readonly (ParsedCommand | null)[],
  asking: Omit<Asking, "run" | "place" | "issue">,
  deps: InboxDeps,
): Promise<void> {
  if (commands.every((command) => command === null)) return;
  const { repository, number } = asking;
  const db = deps.store.knex;
  await db.transaction(async (tx) => saveRepository(tx, repository));
  for (const [index, command] of commands.entries()) {
    if (command === null) continue;
    const run = await findRunOfPull(db, { repositoryId: repository.id, number });
    await obey(command, { asking: { ...asking, place: "pull_request", issue: null, run }, index }, deps);
  }
}
