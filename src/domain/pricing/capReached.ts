import type { Amounts, Level, Measure } from "../budget/budget.ts";
import { toUnits } from "../budget/wholeUnits.ts";
import type { Usage } from "../usage.ts";

/** What a model call uses of the measures that are capped. */
export const CALL_MEASURES = ["tokens", "cost_usd", "turns"] as const satisfies readonly Measure[];
type CallMeasure = (typeof CALL_MEASURES)[number];

/** A cap that nothing is left of. */
export interface ReachedCap {
  readonly level: Level;
  readonly measure: CallMeasure;
  readonly cap: number;
  readonly used: number;
}

/** The first cap that leaves nothing for another call; null when all do. What is not capped is not limited. */
export function capReached(level: Level, caps: Amounts, used: Amounts): ReachedCap | null {
  for (const measure of CALL_MEASURES) {
    const cap = caps[measure];
    const amount = used[measure] ?? 0;
    if (cap !== undefined && toUnits(measure, amount) >= toUnits(measure, cap))
      return { level, measure, cap, used: amount };
  }
  return null;
}

export function amountsOfUsage({ inputTokens, outputTokens, costUsd, turns }: Usage): Amounts {
  return { tokens: inputTokens + outputTokens, cost_usd: costUsd, turns };
}

const LEVEL_TEXTS: Readonly<Record<Level, string>> = {
  attempt: "this attempt",
  phase: "this phase",
  tier: "this tier",
  run: "this run",
  issue: "this issue's runs",
  day: "this repository for today",
};

/** For the agent and for people: which cap, and what it is. */
export function sayReachedCap({ level, measure, cap, used }: ReachedCap): string {
  return `The budget of ${LEVEL_TEXTS[level]} is used up: ${amountText(measure, used)} of ${amountText(measure, cap)} (${measure}). No further model call is answered; end here.`;
}

function amountText(measure: CallMeasure, amount: number): string {
  switch (measure) {
    case "tokens":
      return `${grouped(amount)} tokens`;
    case "cost_usd":
      return `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
    case "turns":
      return `${grouped(amount)} turns`;
  }
}

function grouped(amount: number): string {
  return String(Math.round(amount)).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
