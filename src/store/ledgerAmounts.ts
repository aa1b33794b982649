import type { Amounts, Measure, Tally } from "../domain/budget/budget.ts";
import { MEASURES } from "../domain/budget/budget.ts";
import { fromUnits, toUnits } from "../domain/budget/wholeUnits.ts";

/** The column that counts a measure, in its whole units. */
const COLUMNS: Readonly<Record<Measure, string>> = {
  tokens: "tokens",
  cost_usd: "cost_micros",
  turns: "turns",
  seconds: "milliseconds",
  ci_runs: "ci_runs",
  findings: "findings",
};

/** Every column of amounts, with 0 for what is not in them. */
export function toColumns(amounts: Amounts): Readonly<Record<string, number>> {
  return Object.fromEntries(MEASURES.map((measure) => [COLUMNS[measure], toUnits(measure, amounts[measure] ?? 0)]));
}

/** The select list of `toTally`: what counts as spent, and of that what is only reserved. */
export const TALLY_COLUMNS = MEASURES.flatMap((measure) => [
  `coalesce(sum(${COLUMNS[measure]}), 0)::bigint as ${measure}`,
  `coalesce(sum(${COLUMNS[measure]}) filter (where state = 'reserved'), 0)::bigint as reserved_${measure}`,
]).join(", ");

type Sums = Readonly<Record<Measure | `reserved_${Measure}`, number>>;
export type TallyRow<More = object> = Sums & Readonly<More>;

export function toTally(row: Sums): Tally {
  return { spent: amountsOf((measure) => row[measure]), reserved: amountsOf((measure) => row[`reserved_${measure}`]) };
}

function amountsOf(units: (measure: Measure) => number): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => (units(measure) === 0 ? [] : [[measure, fromUnits(measure, units(measure))]])),
  );
}
