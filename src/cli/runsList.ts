import { MEASURES } from "../domain/budget/budget.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import type { RunStateKind } from "../domain/run.ts";
import { runList } from "../projections/runReportList.ts";
import { listRuns } from "../store/historyRuns.ts";
import type { ListedRun } from "../store/historyRuns.ts";
import { spentOnDay } from "../store/historySpend.ts";
import { amount } from "../projections/runReportHold.ts";
import type { RunsDatabase } from "./runsDatabase.ts";
import { getRepositoryId } from "./runsFind.ts";
import { paintOf, printJson, printLines } from "./runsPrint.ts";

export interface ListOptions {
  readonly repo?: string;
  readonly issue?: number;
  readonly state?: RunStateKind;
  readonly live?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

/** Prints runs, newest first; of one repository, with what it has used today. */
export async function showRuns({ knex }: RunsDatabase, options: ListOptions): Promise<void> {
  const { repo, issue, state, live, limit } = options;
  if (issue !== undefined && repo === undefined)
    throw new Error("--issue needs --repo: numbers are a repository's own");
  const repositoryId = repo === undefined ? undefined : await getRepositoryId(knex, repo);
  const runs = await listRuns(knex, {
    limit,
    ...(repositoryId === undefined ? {} : { repositoryId }),
    ...(issue === undefined ? {} : { issueNumber: issue }),
    ...(state === undefined ? {} : { state }),
    ...(live === undefined ? {} : { live }),
  });
  const today = repositoryId === undefined ? null : (await spentOnDay(knex, repositoryId, new Date())).spent;
  if (options.json === true) return printJson({ runs: runs.map(toJson), today });
  if (runs.length === 0) printLines(["no such runs"]);
  else printLines(runList(runs, paintOf(process.stdout, process.env)));
  if (today !== null) printLines(["", todayLine(today)]);
}

function toJson(run: ListedRun) {
  const { issueNumber, phasesEnded, createdAt, updatedAt, endedAt, ...rest } = run;
  const times = { created_at: createdAt, updated_at: updatedAt, ended_at: endedAt };
  return { ...rest, issue: issueNumber, phases_ended: phasesEnded, ...times };
}

function todayLine(today: Amounts): string {
  const parts = MEASURES.flatMap((measure) => {
    const spent = today[measure] ?? 0;
    return spent === 0 ? [] : [amount(measure, spent)];
  });
  return `spent today (UTC): ${parts.length === 0 ? "nothing" : parts.join(", ")}`;
}
