import type { Knex } from "knex";
import { mayUse } from "../commands/mayUse.ts";
import { parseCommands } from "../commands/parseCommands.ts";
import type { Command, ParsedCommand } from "../commands/parseCommands.ts";
import { specs } from "../commands/specs.ts";
import type { Answer, OwedAnswer } from "../domain/answer.ts";
import type { Repository } from "../domain/repository.ts";
import type { Run } from "../domain/run.ts";
import type { SteeringCommand } from "../domain/steering.ts";
import { createRun } from "../engine/createRun.ts";
import { steerRun } from "../engine/steerRun.ts";
import { isAnswered } from "../store/answers.ts";
import { saveRepository } from "../store/repositories.ts";
import { findRunOfIssue, findRunOfPull } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { newRunId } from "./newRunId.ts";
import { answerId, owe } from "./owe.ts";
import { commentCreated, repositoryOf } from "./payloads.ts";

/** The comment that asked, and what it was asked of. */
interface Asking {
  readonly repository: Repository;
  readonly issueNumber: number;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
  readonly place: "issue" | "pull_request";
  readonly commentId: number;
  readonly login: string;
  readonly run: Run | null;
}

/** A new comment may hold commands. Each is judged by itself, and each is answered. */
export async function commented(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = commentCreated.parse(raw);
  const author = payload.comment.user;
  const bot = await deps.forges.botLogin();
  if (author === null || author.type === "Bot" || author.login === bot) return;
  const repository = repositoryOf(payload);
  const onPull = payload.issue.pull_request !== null;
  const place = { repositoryId: repository.id, number: payload.issue.number };
  const run = onPull ? await findRunOfPull(deps.store.knex, place) : await findRunOfIssue(deps.store.knex, place);
  const bare = onPull && run !== null && run.settings?.bareCommands !== false;
  const commands = parseCommands(payload.comment.body, { slug: bot.replace(/\[bot\]$/, ""), bare });
  if (commands.length === 0) return;
  await deps.store.knex.transaction(async (tx) => saveRepository(tx, repository));
  const asking: Asking = {
    repository,
    issueNumber: payload.issue.number,
    title: payload.issue.title,
    body: payload.issue.body,
    isOpen: payload.issue.state === "open",
    place: onPull ? "pull_request" : "issue",
    commentId: payload.comment.id,
    login: author.login,
    run,
  };
  for (const [index, command] of commands.entries()) await obey(command, { asking, index }, deps);
}

interface Turn {
  readonly asking: Asking;
  readonly index: number;
}

async function obey(command: ParsedCommand, turn: Turn, deps: InboxDeps): Promise<void> {
  // What was answered was done: a second handling of the delivery must not do it, or judge it, again.
  if (await isAnswered(deps.store.knex, answerId(deps.deliveryId, turn.index))) return;
  if (command.kind === "unknown") {
    const { text, message, suggestion } = command;
    return answer({ kind: "not_understood", text, message, suggestion }, turn, deps);
  }
  const refusal = await refusalOf(command, turn.asking, deps);
  if (refusal !== null) return refuse(command, refusal, { turn, deps });
  return carryOut(command, turn, deps);
}

/** Place and permission, asked of GitHub now. Null when there is nothing to say against it. */
async function refusalOf(
  command: Command,
  { place, login, repository, run }: Asking,
  deps: InboxDeps,
): Promise<string | null> {
  const spec = specs[command.name];
  if (!spec.where.includes(place))
    return `it works on ${spec.where.map((where) => (where === "issue" ? "issues" : "pull requests")).join(" and ")} only`;
  const role = await deps.forge.roleOf(login);
  const isRequester = run?.request.requester === login;
  const use = mayUse(spec, { role, isRequester, isBot: false, repositoryIsPrivate: repository.isPrivate });
  return use.allowed ? null : `it needs ${use.needs}`;
}

async function carryOut(command: Command, turn: Turn, deps: InboxDeps): Promise<void> {
  const { run, login } = turn.asking;
  switch (command.name) {
    case "help":
      return answer({ kind: "help" }, turn, deps);
    case "status":
      return answer({ kind: "status", runId: run?.id ?? null }, turn, deps);
    case "run":
      return start(command, turn, deps);
    case "retry":
    case "cancel":
      return steer(command, { kind: command.name, by: login }, { turn, deps });
    case "approve":
      return steer(command, { kind: "approve", by: login, sha: command.sha }, { turn, deps });
  }
}

async function start(command: Command, turn: Turn, deps: InboxDeps): Promise<void> {
  const { asking } = turn;
  const { repository, issueNumber, title, body, login } = asking;
  if (!asking.isOpen) return refuse(command, "the issue is closed", { turn, deps });
  const id = newRunId(issueNumber, deps.clock);
  await deps.store.knex.transaction(async (tx) => {
    const request = { issueNumber, title, body, requester: login };
    const started = await createRun(deps.store, tx, { id, repository, request, delivery: deps.deliveryId });
    const why = "a run is at work on this issue already; `/autopack status` shows it";
    await answerIn(tx, started ? { kind: "started", runId: id } : refused(command, asking, why), { turn, deps });
  });
}

interface Means {
  readonly turn: Turn;
  readonly deps: InboxDeps;
}

async function steer(command: Command, order: SteeringCommand, { turn, deps }: Means): Promise<void> {
  const { run } = turn.asking;
  if (run === null)
    return refuse(command, "Autopack has no run here; `/autopack run` on an issue starts one", { turn, deps });
  await steerRun(deps.store, run.id, {
    command: order,
    heard: async (tx, steering) => {
      const said: Answer =
        steering.kind === "accepted"
          ? { kind: "accepted", runId: run.id }
          : refused(command, turn.asking, steering.why);
      await answerIn(tx, said, { turn, deps });
    },
  });
}

async function refuse(command: Command, why: string, { turn, deps }: Means): Promise<void> {
  return answer(refused(command, turn.asking, why), turn, deps);
}

function refused(command: Command, { login }: Asking, why: string): Answer {
  return { kind: "refused", what: `/autopack ${command.name}`, by: login, why };
}

async function answer(said: Answer, turn: Turn, deps: InboxDeps): Promise<void> {
  await deps.store.knex.transaction(async (tx) => answerIn(tx, said, { turn, deps }));
}

async function answerIn(tx: Knex, said: Answer, { turn, deps }: Means): Promise<void> {
  const { repository, issueNumber, commentId } = turn.asking;
  const owed: OwedAnswer = {
    id: answerId(deps.deliveryId, turn.index),
    repositoryId: repository.id,
    issueNumber,
    commentId,
    labelToRemove: null,
    answer: said,
  };
  await owe(deps.store, tx, owed);
}
