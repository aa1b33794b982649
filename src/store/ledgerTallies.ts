import type { Knex } from "knex";
import type { Amounts, Level, Tally } from "../domain/budget/budget.ts";
import { NOTHING_SPENT } from "../domain/budget/budget.ts";
import { sumAmounts } from "../domain/budget/sumAmounts.ts";
import type { PhaseId, RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { TALLY_COLUMNS, toTally } from "./ledgerAmounts.ts";
import type { TallyRow } from "./ledgerAmounts.ts";

/** An investigation has a budget of its own beside its phase's. */
const OF_PHASES = "purpose <> 'investigation'";

/** Today, in UTC, as the server's clock has it. */
const TODAY = "(now() at time zone 'UTC')::date";

/** What is spent at each level that work on a phase, or on the run as a whole, counts for. A new attempt has spent nothing. */
export async function talliesFor(
  db: Knex,
  run: Run,
  phase: { readonly id: PhaseId; readonly tier: number } | null,
): Promise<Readonly<Record<Level, Tally>>> {
  const { rows } = await db.raw<{ rows: TallyRow<{ level: Level }>[] }>(
    `select 'phase' as level, ${TALLY_COLUMNS} from ledger_entries where phase_id = :phase and ${OF_PHASES}
     union all
     select 'tier', ${TALLY_COLUMNS} from ledger_entries where run_id = :run and tier = :tier
     union all
     select 'run', ${TALLY_COLUMNS} from ledger_entries where run_id = :run
     union all
     select 'issue', ${TALLY_COLUMNS} from ledger_entries where repository_id = :repository and issue_number = :issue
     union all
     select 'day', ${TALLY_COLUMNS} from ledger_entries where repository_id = :repository and day = ${TODAY}`,
    {
      phase: phase?.id ?? null,
      tier: phase?.tier ?? null,
      run: run.id,
      repository: run.repository.id,
      issue: run.request.issueNumber,
    },
  );
  const at = (level: Level): Tally => {
    const row = rows.find((each) => each.level === level);
    return row === undefined ? NOTHING_SPENT : toTally(row);
  };
  return {
    attempt: NOTHING_SPENT,
    phase: at("phase"),
    tier: at("tier"),
    run: at("run"),
    issue: at("issue"),
    day: at("day"),
  };
}

/** What is spent for each phase of a run that has spent anything. */
export async function phaseTallies(db: Knex, runId: RunId): Promise<ReadonlyMap<PhaseId, Tally>> {
  const { rows } = await db.raw<{ rows: TallyRow<{ phase_id: PhaseId }>[] }>(
    `select phase_id, ${TALLY_COLUMNS} from ledger_entries
      where run_id = ? and phase_id is not null and ${OF_PHASES} group by phase_id`,
    [runId],
  );
  return new Map(rows.map((row) => [row.phase_id, toTally(row)]));
}

/** The same for each tier, by its ordinal. */
export async function tierTallies(db: Knex, runId: RunId): Promise<ReadonlyMap<number, Tally>> {
  const { rows } = await db.raw<{ rows: TallyRow<{ tier: number }>[] }>(
    `select tier, ${TALLY_COLUMNS} from ledger_entries where run_id = ? and tier is not null group by tier`,
    [runId],
  );
  return new Map(rows.map((row) => [row.tier, toTally(row)]));
}

/** What people added to the runs of an issue, all of them together. */
export async function issueExtra(db: Knex, { repository, request }: Run): Promise<Amounts> {
  const rows: { extra_budget: Amounts }[] = await db("runs")
    .where({ repository_id: repository.id, issue_number: request.issueNumber })
    .select("extra_budget");
  return sumAmounts(rows.map((row) => row.extra_budget));
}
