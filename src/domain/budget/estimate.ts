import type { Measure } from "./budget.ts";
import type { PlannedPhase } from "../plan.ts";
import { phaseRules } from "../strategy/phaseRules.ts";
import { categoryRules, resolveCategory } from "../strategy/resolveCategory.ts";
import type { CategoryTable } from "../strategy/resolveCategory.ts";
import { phaseBudget } from "../strategy/strategyBudgets.ts";
import type { Strategy } from "../strategy/strategy.ts";
import type { Estimate, PastPhase, Quote } from "./quote.ts";

/** With fewer phases to look at, a percentile says nothing. */
const MIN_SAMPLES = 5;

const PARTS = ["tokens", "costUsd", "seconds"] as const;
type Part = (typeof PARTS)[number];
const MEASURE_OF = { tokens: "tokens", costUsd: "cost_usd", seconds: "seconds" } as const satisfies Record<
  Part,
  Measure
>;
type Range = Estimate["tokens"];
type Basis = CategoryTable & Pick<Strategy, "budgets">;

/**
 * Estimates a plan: each phase from finished phases of its category and complexity, else of its category, else from the
 * table, whose caps then stand for both percentiles.
 *
 * The total's p50 is the sum of the phases'. Their p90s do not add up, as it would take bad luck in all of them at once: what
 * they are above their p50s is added as the sides of right angles are, which is right for phases that do not depend on each other.
 * Neither is above the cap of the run.
 */
export function estimate(
  history: readonly PastPhase[],
  plan: { readonly strategy: Basis; readonly phases: readonly PlannedPhase[] },
): Quote {
  const past = history.map((phase) => ({ ...phase, ...kindOf(plan.strategy, phase) }));
  const phases = plan.phases.map((phase, index): Quote["phases"][number] => {
    const samples = samplesFor(past, kindOf(plan.strategy, phase));
    const ordinal = index + 1;
    return samples === null
      ? { ordinal, source: "table", estimate: capOf(plan.strategy, phase) }
      : { ordinal, source: "history", estimate: byPart((part) => rangeOf(samples.map((sample) => sample[part]))) };
  });
  const caps = plan.strategy.budgets.run;
  const whole = (part: Part): Range =>
    atMost(total(phases.map((phase) => phase.estimate[part])), caps[MEASURE_OF[part]]);
  return { total: byPart(whole), phases };
}

type Kind = Pick<PastPhase, "category" | "complexity">;

/** Names and defaults as they are now, for what is past as well. */
function kindOf(table: CategoryTable, { category, complexity }: Kind): Kind {
  return {
    category: resolveCategory(table, category),
    complexity: complexity ?? categoryRules(table, category).complexity,
  };
}

function samplesFor(past: readonly PastPhase[], kind: Kind): readonly PastPhase[] | null {
  const sameCategory = past.filter(({ category }) => category === kind.category);
  const alike = sameCategory.filter(({ complexity }) => complexity === kind.complexity);
  return [alike, sameCategory].find((samples) => samples.length >= MIN_SAMPLES) ?? null;
}

/** Money has no cap in the table; time has that of every Builder attempt at its longest. */
function capOf(strategy: Basis, phase: PlannedPhase): Estimate {
  const rules = phaseRules(strategy, phase);
  const caps = phaseBudget(strategy, rules);
  return {
    tokens: both(caps.tokens ?? rules.tokens),
    costUsd: both(caps.cost_usd ?? 0),
    seconds: both(caps.seconds ?? rules.attempts.builder * rules.seconds),
  };
}

function both(value: number): Range {
  return { p50: value, p90: value };
}

function rangeOf(values: readonly number[]): Range {
  const sorted = values.toSorted((left, right) => left - right);
  return { p50: percentile(sorted, 0.5), p90: percentile(sorted, 0.9) };
}

/** The smallest value that so large a part of them does not exceed: one that has occurred. */
function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
}

/** No run uses more than its cap without being asked about. */
function atMost({ p50, p90 }: Range, cap = Infinity): Range {
  return { p50: Math.min(p50, cap), p90: Math.min(p90, cap) };
}

function total(ranges: readonly Range[]): Range {
  const p50 = ranges.reduce((sum, range) => sum + range.p50, 0);
  return { p50, p90: p50 + Math.hypot(...ranges.map((range) => range.p90 - range.p50)) };
}

function byPart(range: (part: Part) => Range): Estimate {
  return { tokens: range("tokens"), costUsd: range("costUsd"), seconds: range("seconds") };
}
