import type { Knex } from "knex";
import type { Amounts, Level } from "../domain/budget/budget.ts";
import { sumAmounts } from "../domain/budget/sumAmounts.ts";
import { fromUnits } from "../domain/budget/wholeUnits.ts";
import type { AttemptId, PhaseId, RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";

type LiveLevel = Exclude<Level, "attempt">;

interface Row {
  readonly level: LiveLevel;
  readonly tokens: number;
  readonly cost_usd: number;
  readonly turns: number;
}

/** What an entry of the ledger counts for by now: while an attempt runs, what its calls have used where that is more than its grant. */
const SPENT = `coalesce(sum(greatest(entries.tokens, live.tokens)), 0)::bigint as tokens,
  coalesce(sum(greatest(entries.cost_micros, live.cost_micros)), 0)::bigint as cost_usd,
  coalesce(sum(greatest(entries.turns, live.turns)), 0)::bigint as turns`;

/** Reads calls of attempts that run only: what has ended was settled with them. */
const FROM = `from ledger_entries as entries left join lateral (
    select sum(input_tokens + output_tokens) as tokens, sum(cost_micros) as cost_micros, count(*) filter (where status < 300) as turns
      from model_calls where entries.state = 'reserved' and model_calls.attempt_id = entries.attempt_id
  ) as live on true`;

/**
 * What all work but this attempt's counts for right now, at each level that holds for it.
 *
 * The ledger alone knows of money only what attempts that have ended cost, as nobody knows before what one will. Here the
 * calls of attempts that run are counted as well, whoever runs them.
 */
export async function liveTallies(
  db: Knex,
  work: {
    readonly run: Run;
    readonly phase: { readonly id: PhaseId; readonly tier: number } | null;
    readonly attemptId: AttemptId;
    /** An investigation has a budget of its own beside its phase's. */
    readonly countsForPhase: boolean;
  },
): Promise<Readonly<Record<LiveLevel, Amounts>>> {
  const { run, phase, attemptId, countsForPhase } = work;
  const others = "entries.attempt_id is distinct from :attempt";
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select 'phase' as level, ${SPENT} ${FROM} where entries.phase_id = :phase and purpose <> 'investigation' and ${others}
     union all
     select 'tier', ${SPENT} ${FROM} where entries.run_id = :run and entries.tier = :tier and ${others}
     union all
     select 'run', ${SPENT} ${FROM} where entries.run_id = :run and ${others}
     union all
     select 'issue', ${SPENT} ${FROM} where entries.repository_id = :repository and entries.issue_number = :issue and ${others}
     union all
     select 'day', ${SPENT} ${FROM}
      where entries.repository_id = :repository and entries.day = (now() at time zone 'UTC')::date and ${others}`,
    {
      phase: countsForPhase ? (phase?.id ?? null) : null,
      tier: phase?.tier ?? null,
      run: run.id,
      repository: run.repository.id,
      issue: run.request.issueNumber,
      attempt: attemptId,
    },
  );
  const at = (level: LiveLevel): Amounts => {
    const row = rows.find((each) => each.level === level);
    return row === undefined ? {} : toAmounts(row);
  };
  return { phase: at("phase"), tier: at("tier"), run: at("run"), issue: at("issue"), day: at("day") };
}

function toAmounts({ tokens, cost_usd: micros, turns }: Row): Amounts {
  return { tokens, cost_usd: fromUnits("cost_usd", micros), turns };
}

/** What people have added by now to a run, and to all runs of its issue. */
export async function extraBudgets(
  db: Knex,
  { id, repository, request }: Run,
): Promise<{ readonly run: Amounts; readonly issue: Amounts }> {
  const rows: { id: RunId; extra_budget: Amounts }[] = await db("runs")
    .where({ repository_id: repository.id, issue_number: request.issueNumber })
    .select("id", "extra_budget");
  const own = rows.find((row) => row.id === id);
  return { run: own?.extra_budget ?? {}, issue: sumAmounts(rows.map((row) => row.extra_budget)) };
}
