import { Command, InvalidArgumentError, Option } from "commander";
import type { Amounts } from "../domain/budget/budget.ts";
import type { RunStateKind } from "../domain/run.ts";
import type { SteerOptions } from "./runsSteer.ts";
import type { ListOptions } from "./runsList.ts";
import type { ShowOptions } from "./runsShow.ts";
import { withRunsDatabase } from "./runsDatabase.ts";
import type { RunsDatabase } from "./runsDatabase.ts";
import { showRuns } from "./runsList.ts";
import { showEvents } from "./runsEvents.ts";
import { showLog } from "./runsLog.ts";
import { endWithPipe } from "./runsPrint.ts";
import { showRun } from "./runsShow.ts";
import { checkpointNamed, operator, steerRun } from "./runsSteer.ts";

const STATES = [
  "queued",
  "planning",
  "awaiting_approval",
  "building",
  "verifying",
  "promotable",
  "promoted",
  "no_changes",
  "failed",
  "cancelled",
] as const satisfies readonly RunStateKind[];

/** Shows runs, and steers them, from the machine that has the database. */
export function runsCommand(): Command {
  const command = new Command("runs")
    .description("list runs, look at one, steer it")
    // Before the commands below, which take it over.
    .exitOverride()
    .hook("preAction", endWithPipe)
    .addHelpText("after", "\n<run> is an id, the beginning of one, or an issue: 42-k3f9x2ab, 42-k3, '#42'.");
  for (const add of [addList, addShow, addLog, addRollback, addResume, addHold, addRetryAndCancel]) add(command);
  return command;
}

function addList(command: Command): void {
  command
    .command("list")
    .description("list runs, newest first")
    .addOption(repositoryOption())
    .option("--issue <number>", "only runs of this issue; needs --repo", wholeNumber)
    .addOption(new Option("--state <state>", "only runs in this state").choices(STATES))
    .option("--live", "only runs that have neither ended nor failed")
    .option("--limit <count>", "at most so many", wholeNumber, 20)
    .option("--json", "print them as JSON")
    .action(async (options: ListOptions) => withRunsDatabase(async (database) => showRuns(database, options)));
}

function addShow(command: Command): void {
  command
    .command("show")
    .argument("<run>")
    .description("show a run: tiers, waves, phases, attempts, gates, spend")
    .addOption(repositoryOption())
    .option("--events", "with the last 500 lines of its history")
    .option("--follow", "go on with the history as it is written, until the run ends")
    .option("--json", "print it as JSON; with --follow, a document a line")
    .action(async (run: string, options: ShowOptions) =>
      withRunsDatabase(async (database) => showRun(database, run, options)),
    );
}

interface LogOptions {
  readonly repo?: string;
  readonly attempt?: string;
  readonly events?: boolean;
  readonly follow?: boolean;
}

function addLog(command: Command): void {
  command
    .command("log")
    .argument("<run>")
    .argument("[attempt]", "2.1 is the first attempt of phase 2, 2 its newest; or the id of a log")
    .description("print what an attempt printed, as it comes while it runs; or what its agent did")
    .addOption(repositoryOption())
    .option("--attempt <attempt>", "the same as the argument")
    .option("--events", "what the agent did: turns, tool calls and their results, messages, usage")
    .option("--follow", "with --events: go on until the attempt ends")
    .action(async (run: string, argument: string | undefined, { repo, attempt, events, follow }: LogOptions) => {
      const which = argument ?? attempt ?? null;
      if (events !== true && which === null) throw new InvalidArgumentError("say which attempt: 2.1, or 2");
      await withRunsDatabase(async (database) =>
        events === true || which === null
          ? showEvents(database, run, { which, repo, follow: follow === true })
          : showLog(database, run, { which, repo }),
      );
    });
}

function addRollback(command: Command): void {
  steering(command, "rollback", "go back to a checkpoint; what landed after it is built again")
    .requiredOption("--to <checkpoint>", "the number of a phase that has landed, its commit, or `base`")
    .option("--force", "also when commits that people pushed may go with it")
    .action(async (run: string, options: SteerOptions & { readonly to: string; readonly force?: boolean }) => {
      const { to, force = false } = options;
      await withRunsDatabase(async (database: RunsDatabase) =>
        steerRun(database, run, {
          options,
          command: (now) => ({ kind: "rollback", by: operator(), to: checkpointNamed(now, to), force }),
        }),
      );
    });
}

interface Extra {
  readonly tokens?: number;
  readonly costUsd?: number;
  readonly seconds?: number;
  readonly turns?: number;
  readonly ciRuns?: number;
}

function addResume(command: Command): void {
  steering(command, "resume", "let a held run go on, with more to spend if you say so")
    .option("--tokens <count>", "add tokens to the run's caps", wholeNumber)
    .option("--cost-usd <dollars>", "add money", positive)
    .option("--seconds <count>", "add seconds of agents and commands", wholeNumber)
    .option("--turns <count>", "add turns of agents", wholeNumber)
    .option("--ci-runs <count>", "add CI runs", wholeNumber)
    .action(async (run: string, options: SteerOptions & Extra) => {
      const extra = amounts(options);
      await withRunsDatabase(async (database) =>
        steerRun(database, run, { options, command: () => ({ kind: "resume", by: operator(), extra, lifts: null }) }),
      );
    });
}

function addHold(command: Command): void {
  steering(command, "hold", "let a run start nothing new, and not be merged, until it is resumed")
    .requiredOption("--reason <words>", "why, for those who look")
    .action(async (run: string, options: SteerOptions & { readonly reason: string }) => {
      const { reason } = options;
      await withRunsDatabase(async (database) =>
        steerRun(database, run, { options, command: () => ({ kind: "hold", how: "hold", by: operator(), reason }) }),
      );
    });
}

function addRetryAndCancel(command: Command): void {
  steering(command, "retry", "take a failed run up again").action(async (run: string, options: SteerOptions) =>
    withRunsDatabase(async (database) =>
      steerRun(database, run, { options, command: () => ({ kind: "retry", by: operator(), phase: null }) }),
    ),
  );
  steering(command, "cancel", "stop a run for good").action(async (run: string, options: SteerOptions) =>
    withRunsDatabase(async (database) =>
      steerRun(database, run, { options, command: () => ({ kind: "cancel", by: operator() }) }),
    ),
  );
}

function steering(command: Command, name: string, description: string): Command {
  return command
    .command(name)
    .argument("<run>")
    .description(description)
    .addOption(repositoryOption())
    .option("--dry-run", "only say what would be done")
    .option("--json", "print what is done as JSON");
}

function repositoryOption(): Option {
  return new Option("--repo <owner/name>", "the repository");
}

function amounts({ tokens, costUsd, seconds, turns, ciRuns }: Extra): Amounts {
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(costUsd === undefined ? {} : { cost_usd: costUsd }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(turns === undefined ? {} : { turns }),
    ...(ciRuns === undefined ? {} : { ci_runs: ciRuns }),
  };
}

function wholeNumber(typed: string): number {
  const value = Number(typed.replaceAll(/[_,](?=\d{3})/g, ""));
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It takes a whole number from 1.");
  return value;
}

function positive(typed: string): number {
  const value = Number(typed);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("It takes a number above 0.");
  return value;
}
