import type { Knex } from "knex";
import type { Command } from "../commands/parseCommands.ts";
import type { Answer } from "../domain/answer.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import type { Run } from "../domain/run.ts";
import type { Steering, SteeringCommand } from "../domain/steering.ts";
import { steerRun } from "../engine/steerRun.ts";
import { isAnswered } from "../store/answers.ts";
import { budgetObjection } from "./budgetObjection.ts";
import { noRunAt } from "./noRunAt.ts";
import { turnId } from "./owe.ts";
import { refuse, refused, replyIn } from "./reply.ts";
import type { Means } from "./reply.ts";
import { steeringCommandOf } from "./steeringCommandOf.ts";
import type { RunCommand } from "./steeringCommandOf.ts";

/** Has a command done that changes a run, and owes the answer in the same transaction. */
export async function steerByCommand(command: RunCommand, means: Means): Promise<void> {
  const { turn, deps } = means;
  const { run, place, login } = turn.asking;
  if (run === null) return refuse(command, noRunAt(place), means);
  const order = steeringCommandOf(command, { run, by: login, thread: turn.asking.thread });
  if ("why" in order) return refuse(command, order.why, means);
  await steerRun(deps.store, run.id, {
    command: order,
    objection: async (tx, held) => objectionOf(order, { tx, run: held, means }),
    heard: async (tx, steering) => replyIn(tx, answerOf(command, { order, steering, run, means }), means),
  });
}

/** Two handlings of one delivery may come here side by side: the run's row lets one of them through. */
async function objectionOf(
  order: SteeringCommand,
  { tx, run, means }: { readonly tx: Knex; readonly run: Run; readonly means: Means },
): Promise<{ readonly why: string } | "done" | null> {
  const { turn, deps } = means;
  if (await isAnswered(tx, turnId(turn, deps))) return "done";
  const extra = extraOf(order);
  return extra === null ? null : budgetObjection(tx, { run, extra, ceilings: deps.policy.budgets });
}

function answerOf(
  command: Command,
  heard: {
    readonly order: SteeringCommand;
    readonly steering: Steering;
    readonly run: Run;
    readonly means: Means;
  },
): Answer {
  const { order, steering, run, means } = heard;
  if (steering.kind === "refused") return refused(command, steering.why, means.turn);
  const extra = extraOf(order);
  if (extra !== null) return { kind: "accepted", runId: run.id, note: { kind: "budget", extra } };
  if (order.kind === "promote") return { kind: "accepted", runId: run.id, note: { kind: "promote" } };
  return { kind: "accepted", runId: run.id };
}

/** What is to be added to the run's budget; null where nothing is. */
function extraOf(order: SteeringCommand): Amounts | null {
  return order.kind === "resume" && Object.keys(order.extra).length > 0 ? order.extra : null;
}
