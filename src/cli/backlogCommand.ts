import { Command, InvalidArgumentError, Option } from "commander";
import { BACKLOG_STATUSES } from "../domain/findings/backlogEntry.ts";
import { showBacklog } from "./backlogList.ts";
import type { BacklogOptions } from "./backlogList.ts";
import { resolveInBacklog } from "./backlogResolve.ts";
import type { ResolveOptions } from "./backlogResolve.ts";
import { showRunFindings } from "./backlogRun.ts";
import type { RunFindingsOptions } from "./backlogRun.ts";
import { withRunsDatabase } from "./runsDatabase.ts";
import { endWithPipe } from "./runsPrint.ts";

/** Shows what runs keep finding in a repository, and lets people settle it, from the machine that has the database. */
export function backlogCommand(): Command {
  const command = new Command("backlog")
    .description("list what runs keep finding, resolve some of it")
    // Before the commands below, which take it over.
    .exitOverride()
    .hook("preAction", endWithPipe);
  command
    .command("list", { isDefault: true })
    .description("list findings, those seen last first (what `autopack backlog` does)")
    .addOption(repositoryOption())
    .addOption(
      new Option("--status <status>", "only these; else what is not resolved").choices([...BACKLOG_STATUSES, "all"]),
    )
    .option("--limit <count>", "at most so many", wholeNumber, 50)
    .option("--json", "print them as JSON, with their evidence")
    .action(async (options: BacklogOptions) => withRunsDatabase(async ({ knex }) => showBacklog(knex, options)));
  command
    .command("run")
    .argument("<run>")
    .description("list what was found in one run, in attempts that failed as well")
    .addOption(repositoryOption())
    .option("--json", "print it as JSON, with the evidence")
    .action(async (run: string, options: RunFindingsOptions) =>
      withRunsDatabase(async ({ knex }) => showRunFindings(knex, run, options)),
    );
  command
    .command("resolve")
    .argument("<key>", "its key, or the beginning of it")
    .description("take a finding for settled; it comes back when a run shows it again")
    .addOption(repositoryOption())
    .requiredOption("--reason <words>", "why, for those who look")
    .option("--json", "print what was resolved as JSON")
    .action(async (key: string, options: ResolveOptions) =>
      withRunsDatabase(async ({ knex }) => resolveInBacklog(knex, key, options)),
    );
  return command;
}

function repositoryOption(): Option {
  return new Option("--repo <owner/name>", "the repository");
}

function wholeNumber(typed: string): number {
  const value = Number(typed);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It takes a whole number from 1.");
  return value;
}
