import type { Measure } from "./budget.ts";

/** Money is counted in millionths of a dollar and time in milliseconds: whole numbers add up to the last digit. */
const PER_ONE: Readonly<Record<Measure, number>> = {
  tokens: 1,
  cost_usd: 1_000_000,
  turns: 1,
  seconds: 1000,
  ci_runs: 1,
  findings: 1,
};

/** Far more than floating point is off by, and far less than a unit. */
const TOLERANCE = 0.001;

/** An amount in whole units of its measure, rounded down. What is endless stays countable. */
export function toUnits(measure: Measure, amount: number): number {
  return Math.min(Math.floor(amount * PER_ONE[measure] + TOLERANCE), Number.MAX_SAFE_INTEGER);
}

export function fromUnits(measure: Measure, units: number): number {
  return units / PER_ONE[measure];
}
