import type { CommandName, CommandOf } from "../commands/specs.ts";
import { MEASURES } from "../domain/budget/budget.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import { mayComeFree } from "../domain/budget/grant.ts";
import { GATES } from "../domain/gate.ts";
import { RULE_SETS } from "../domain/objection.ts";
import { checkpointsNamed } from "../domain/checkpointsNamed.ts";
import type { ReviewThread } from "../domain/revision.ts";
import type { Run } from "../domain/run.ts";
import type { SteeringCommand } from "../domain/steering.ts";

/** Verbs that change a run that is there. */
const VERBS = [
  "retry",
  "skip",
  "fix",
  "audit",
  "preflight",
  "ci",
  "pause",
  "resume",
  "hold",
  "unhold",
  "cancel",
  "approve",
  "rollback",
  "budget",
  "override",
  "promote",
] as const satisfies readonly CommandName[];

export type RunCommand = CommandOf<(typeof VERBS)[number]>;

/** What a typed command asks of a run, or why it cannot be asked. */
export function steeringCommandOf(
  command: RunCommand,
  { run, by, thread }: { readonly run: Run; readonly by: string; readonly thread?: ReviewThread | undefined },
): SteeringCommand | { readonly why: string } {
  switch (command.name) {
    case "retry":
      return { kind: "retry", by, phase: command.phase };
    case "skip":
      return { kind: "skip", by, phase: command.phase, reason: command.reason };
    case "fix":
      return {
        kind: "fix",
        by,
        source: "command",
        reviewId: null,
        instruction: command.instruction,
        threads: thread === undefined ? [] : [thread],
      };
    case "audit":
    case "preflight":
      return { kind: "rerun", by, gate: command.name, profile: null };
    case "ci":
      return { kind: "rerun", by, gate: "ci", profile: command.profile };
    case "pause":
      return { kind: "hold", how: "pause", by, reason: "until `/autopack resume`" };
    case "resume":
      return { kind: "resume", by, extra: {}, lifts: mayGoOnUnraised(run) ? null : "pause" };
    case "hold":
      return { kind: "hold", how: "hold", by, reason: command.reason ?? "until `/autopack unhold`" };
    case "unhold":
      return { kind: "resume", by, extra: {}, lifts: "hold" };
    case "cancel":
      return { kind: "cancel", by };
    case "approve":
      return { kind: "approve", by, sha: command.sha };
    case "rollback":
      return rollback(command, run, by);
    case "budget":
      return { kind: "resume", by, extra: amountsOf(command), lifts: "budget" };
    case "override":
      return override(command, by);
    case "promote":
      return { kind: "promote", by };
  }
}

function override(command: CommandOf<"override">, by: string): SteeringCommand | { readonly why: string } {
  const { gate: name, phase, reason } = command;
  const ruleSet = RULE_SETS.find((each) => each === name);
  if (ruleSet !== undefined) return { kind: "accept", by, ruleSet, phase, reason };
  const gate = GATES.find((each) => each === name);
  if (gate === undefined || phase !== null)
    return { why: `\`${name}\` is judged on the head, not on a phase: leave the number out` };
  return { kind: "override", by, gate, reason };
}

/** A day's cap comes back with the day, and what is only reserved with the end of what reserved it. */
function mayGoOnUnraised({ hold }: Run): boolean {
  return hold?.kind === "budget" && (hold.shortage.level === "day" || mayComeFree(hold.shortage));
}

function rollback(command: CommandOf<"rollback">, run: Run, by: string): SteeringCommand | { readonly why: string } {
  const [to, ...others] = checkpointsNamed(run, command.checkpoint);
  if (to !== undefined && others.length === 0) return { kind: "rollback", by, to, force: command.force };
  const problem = to === undefined ? "is no checkpoint of this run" : "means several checkpoints";
  const all = checkpointsNamed(run, "").map((sha) => `\`${sha.slice(0, 7)}\``);
  const known = all.length === 0 ? "it has none yet" : `it has ${all.join(", ")}, the first of them the base`;
  return { why: `\`${command.checkpoint.slice(0, 12)}\` ${problem}: ${known}` };
}

function amountsOf(command: CommandOf<"budget">): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const amount = command[measure];
      return amount === null ? [] : [[measure, amount]];
    }),
  );
}
