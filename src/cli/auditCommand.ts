import { Command, InvalidArgumentError } from "commander";
import { measuredAuditors } from "../store/auditMeasures.ts";
import { auditorRatesTable } from "../projections/auditorRatesTable.ts";
import { measure } from "./auditMeasure.ts";
import type { MeasureOptions } from "./auditMeasure.ts";
import { withRunsDatabase } from "./runsDatabase.ts";
import { endWithPipe, paintOf, printJson, printLines } from "./runsPrint.ts";

interface RatesOptions {
  readonly repo?: string;
  readonly json?: boolean;
}

/** Measures Auditors with defects that were put into good diffs, and shows what was measured. */
export function auditCommand(): Command {
  const command = new Command("audit")
    .description("measure how good Auditors are, and show what was measured")
    .exitOverride()
    .hook("preAction", endWithPipe);
  command
    .command("measure")
    .description(
      "have the Auditor judge good diffs of promoted runs, with defects put into them and without; costs money",
    )
    .requiredOption("--repo <owner/name>", "the repository")
    .option("--run <run>", "only this run; else the newest promoted ones")
    .option(
      "--agent <name>",
      "another agent of the configuration as the Auditor: its key under `agents` or `agents.alternatives`",
    )
    .option("--samples <count>", "defects to put in", wholeNumber, 20)
    .option("--seed <number>", "which defects: the same number chooses the same", wholeNumber, 1)
    .option("--dry-run", "only say what would be done, and what it may cost")
    .option("--yes", "do it; without, nothing but the quote is shown")
    .option("--json", "print the result as JSON")
    .action(async (options: MeasureOptions) => measure(options));
  command
    .command("rates")
    .description("show catch rates and false alarms by agent and model")
    .option("--repo <owner/name>", "only as measured there")
    .option("--json", "print them as JSON")
    .action(async ({ repo, json = false }: RatesOptions) =>
      withRunsDatabase(async ({ knex }) => {
        const rates = await measuredAuditors(knex, repo ?? null);
        if (json) printJson(rates);
        else printLines(auditorRatesTable(rates, paintOf(process.stdout, process.env)));
      }),
    );
  return command;
}

function wholeNumber(typed: string): number {
  const value = Number(typed);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It takes a whole number from 1.");
  return value;
}
