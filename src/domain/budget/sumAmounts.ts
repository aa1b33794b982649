import { MEASURES } from "./budget.ts";
import type { Amounts } from "./budget.ts";

/** Adds up amounts; a measure that is in none of them is in the sum neither. */
export function sumAmounts(parts: readonly Amounts[]): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => {
      const amounts = parts.flatMap((part) => part[measure] ?? []);
      return amounts.length === 0 ? [] : [[measure, amounts.reduce((sum, amount) => sum + amount, 0)]];
    }),
  );
}
