import type { Knex } from "knex";
import { runFindingsTable } from "../projections/backlogTable.ts";
import { runFindings } from "../store/findings.ts";
import type { RunFinding } from "../store/findings.ts";
import { findRunId } from "./runsFind.ts";
import { paintOf, printJson, printLines } from "./runsPrint.ts";

export interface RunFindingsOptions {
  readonly repo?: string;
  readonly json?: boolean;
}

/** Prints a run's findings, each problem once, the gravest first. */
export async function showRunFindings(knex: Knex, typed: string, { repo, json }: RunFindingsOptions): Promise<void> {
  const run = await findRunId(knex, typed, repo);
  const found = await runFindings(knex, run);
  if (json === true) return printJson({ run, findings: found.map(toJson) });
  if (found.length === 0) return printLines([`nothing was found in ${run}`]);
  printLines(runFindingsTable(found, paintOf(process.stdout, process.env)));
}

function toJson({ firstPhase, lastPhase, ...rest }: RunFinding) {
  return { ...rest, first_phase: firstPhase, last_phase: lastPhase };
}
