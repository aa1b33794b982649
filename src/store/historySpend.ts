import type { Knex } from "knex";
import type { Tally } from "../domain/budget/budget.ts";
import { NOTHING_SPENT } from "../domain/budget/budget.ts";
import { TALLY_COLUMNS, toTally } from "./ledgerAmounts.ts";
import type { TallyRow } from "./ledgerAmounts.ts";

/** What all runs of a repository have spent on the UTC day of `at`. */
export async function spentOnDay(db: Knex, repositoryId: number, at: Date): Promise<Tally> {
  const { rows } = await db.raw<{ rows: TallyRow[] }>(
    `select ${TALLY_COLUMNS} from ledger_entries where repository_id = ? and day = ?`,
    [repositoryId, at.toISOString().slice(0, 10)],
  );
  const [row] = rows;
  return row === undefined ? NOTHING_SPENT : toTally(row);
}
