import { MEASURES } from "../domain/budget/budget.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import { integrationBranch } from "../domain/ids.ts";
import type { Phase } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import type { SteeringCommand } from "../domain/steering.ts";
import { amount } from "./runReportHold.ts";
import { shownLine } from "./runReportTable.ts";

/** What a command would do to a run, for people and as data; `--dry-run` shows it and does nothing. */
export interface SteeringPlan {
  readonly run: string;
  readonly command: SteeringCommand["kind"];
  /** Phases that go back to the queue. */
  readonly again: readonly { readonly ordinal: number; readonly title: string; readonly was: string }[];
  /** Commits of the run that leave its branch, in the order in which they landed. */
  readonly leaving: readonly { readonly sha: string; readonly phase: number; readonly landing: number }[];
  /** Commits of people that may go with them. */
  readonly foreign_commits: number;
  /** The same in words, a line each. */
  readonly lines: readonly string[];
}

/** `after` is the run as the domain's own rules leave it, so that the plan cannot promise something else. */
export function steeringPlan(
  command: SteeringCommand,
  { before, after }: { readonly before: Run; readonly after: Run },
): SteeringPlan {
  const again = before.phases.flatMap((phase) => {
    const then = after.phases.find(({ id }) => id === phase.id);
    const isAgain = then?.state.kind === "queued" && phase.state.kind !== "queued";
    return isAgain ? [{ ordinal: phase.ordinal, title: phase.plan.title, was: phase.state.kind }] : [];
  });
  const leaving = before.phases
    .flatMap((phase) => (again.some(({ ordinal }) => ordinal === phase.ordinal) ? landed(phase) : []))
    .toSorted((a, b) => a.landing - b.landing);
  const foreign = command.kind === "rollback" ? before.foreignCommits : 0;
  const lines = [
    ...commandLines(command, before),
    ...again.map(
      ({ ordinal, title, was }) => `phase ${ordinal}, “${shownLine(title, 80)}”, goes back to the queue (it is ${was})`,
    ),
    ...leaving.map(
      ({ sha, phase }) => `${sha.slice(0, 7)}, the commit of phase ${phase}, leaves ${integrationBranch(before.id)}`,
    ),
    ...(foreign > 0
      ? [`so may ${foreign === 1 ? "the commit" : `the ${foreign} commits`} that people pushed there`]
      : []),
  ];
  return { run: before.id, command: command.kind, again, leaving, foreign_commits: foreign, lines };
}

function landed({ ordinal, state }: Phase): SteeringPlan["leaving"] {
  return state.kind === "complete" ? [{ sha: state.sha, phase: ordinal, landing: state.landing }] : [];
}

function commandLines(command: SteeringCommand, run: Run): readonly string[] {
  switch (command.kind) {
    case "rollback":
      return [`${run.id} goes back to ${command.to.slice(0, 7)}; what was spent stays spent`];
    case "resume":
      return [`${run.id} goes on${run.hold === null ? ", as it does already" : ""}`, ...added(command.extra, run)];
    case "hold":
      return [`${run.id} starts nothing new until it is resumed; what runs goes on to its end`];
    case "retry":
      return [`${run.id} is taken up again where it stopped`];
    case "cancel":
      return [`${run.id} is stopped for good; what has landed stays on ${integrationBranch(run.id)}`];
    case "approve":
      return [`${run.id} is approved`];
    case "withdraw":
      return [`the approval of ${run.id} is taken back`];
    case "skip":
      return [`${run.id} leaves phase ${command.phase} out; what depends on it goes on`];
    case "fix":
      return [`${run.id} gets a further phase for what is asked`];
    case "rerun":
      return [`${run.id} has ${command.gate} judged again`];
    case "override":
      return [`${run.id} may pass ${command.gate} with this head`];
    case "accept":
      return [`${run.id} may pass with what ${command.ruleSet} objects to now`];
    case "promote":
      return [`${run.id} is promoted as far as its configuration lets Autopack`];
  }
}

function added(extra: Amounts, run: Run): readonly string[] {
  return MEASURES.flatMap((measure) => {
    const more = extra[measure] ?? 0;
    if (more === 0) return [];
    const cap = run.strategy?.budgets.run[measure];
    const before = (cap ?? 0) + (run.extraBudget[measure] ?? 0);
    const caps =
      cap === undefined
        ? ""
        : `: the run's cap goes from ${amount(measure, before)} to ${amount(measure, before + more)}`;
    return [`it may use ${amount(measure, more)} more${caps}`];
  });
}
