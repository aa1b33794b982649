import { mayUse } from "../commands/mayUse.ts";
import type { Command, ParsedCommand } from "../commands/parseCommands.ts";
import { specs } from "../commands/specs.ts";
import { NO_WISHES } from "../domain/wishes.ts";
import { isAnswered } from "../store/answers.ts";
import type { Asking, Turn } from "./asking.ts";
import type { InboxDeps } from "./deps.ts";
import { noRunAt } from "./noRunAt.ts";
import { turnId } from "./owe.ts";
import { refuse, reply } from "./reply.ts";
import type { Means } from "./reply.ts";
import { startByCommand } from "./startByCommand.ts";
import { steerByCommand } from "./steerByCommand.ts";

/**
 * Judges one command, has it carried out, and owes its answer: whoever asked, and however, by a comment or by a button.
 *
 * The role is asked of GitHub now. A command is obeyed once however often its delivery is handled: what was answered was
 * done.
 */
export async function obey(command: ParsedCommand, turn: Turn, deps: InboxDeps): Promise<void> {
  if (await isAnswered(deps.store.knex, turnId(turn, deps))) return;
  const means: Means = { turn, deps };
  if (command.kind === "unknown") {
    const { text, message, suggestion } = command;
    return reply({ kind: "not_understood", text, message, suggestion }, means);
  }
  const refusal = await refusalOf(command, turn.asking, deps);
  return refusal === null ? carryOut(command, means) : refuse(command, refusal, means);
}

/** Place and permission. Null when there is nothing to say against it. */
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

async function carryOut(command: Command, means: Means): Promise<void> {
  const { run, issue } = means.turn.asking;
  const runId = run?.id ?? null;
  switch (command.name) {
    case "help":
      return reply({ kind: "help", ...(command.verb === null ? {} : { verb: command.verb }) }, means);
    case "ping":
      return reply({ kind: "pong" }, means);
    case "status":
    case "why":
      return reply({ kind: command.name, runId }, means);
    case "backlog":
      return reply({ kind: "backlog" }, means);
    case "plan":
      if (issue === null) return refuse(command, "there is no issue here to make a plan of", means);
      return reply({ kind: "plan", title: issue.title, body: issue.body, wishes: NO_WISHES }, means);
    case "explain":
      return explain(command, means);
    case "run":
    case "debt":
      return startByCommand(command, means);
    case "retry":
    case "skip":
    case "fix":
    case "audit":
    case "preflight":
    case "ci":
    case "pause":
    case "resume":
    case "hold":
    case "unhold":
    case "cancel":
    case "approve":
    case "rollback":
    case "budget":
    case "override":
    case "promote":
      return steerByCommand(command, means);
  }
}

async function explain(command: Extract<Command, { name: "explain" }>, means: Means): Promise<void> {
  const { run, place } = means.turn.asking;
  if (run === null) return refuse(command, noRunAt(place), means);
  const ordinals = run.phases.map(({ ordinal }) => ordinal);
  if (ordinals.includes(command.phase)) return reply({ kind: "explain", runId: run.id, phase: command.phase }, means);
  const has = ordinals.length === 0 ? "the run has no plan yet" : `the run has phases ${ordinals.join(", ")}`;
  return refuse(command, `there is no phase ${command.phase}: ${has}`, means);
}
