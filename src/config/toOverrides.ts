import type { Amounts, Level } from "../domain/budget/budget.ts";
import { LEVELS, MEASURES } from "../domain/budget/budget.ts";
import type { CategoryOverride, StrategyOverrides } from "../domain/strategy/overrides.ts";
import type { Config } from "./configSchema.ts";

type CategoryConfig = Config["strategy"]["categories"][string];
type AmountsConfig = Config["budgets"]["run"];

/** What a valid configuration says of the strategy, in the domain's words. */
export function toOverrides({ strategy, budgets, backlog, audit }: Config): StrategyOverrides {
  const { minor_findings_per_phase: minor, age } = backlog;
  return {
    profile: strategy.profile,
    maxParallel: strategy.max_parallel ?? null,
    maxPhases: strategy.max_phases ?? null,
    categories: Object.fromEntries(
      Object.entries(strategy.categories).map(([name, category]): [string, CategoryOverride] => [
        name,
        toCategory(category),
      ]),
    ),
    aliases: strategy.aliases,
    budgets: toBudgets(budgets),
    onExhausted: budgets.on_exhausted,
    minorFindingsPerPhase: { tier: minor.tier ?? null, run: minor.run ?? null },
    ageing: { runs: age.runs ?? null, tiers: age.tiers ?? null },
    audit: audit.required === "by_category" ? "by_category" : "every_phase",
  };
}

function toCategory(category: CategoryConfig): CategoryOverride {
  return {
    ciProfile: category.ci,
    attempts: category.attempts,
    tokens: category.tokens,
    mayLandUnaudited: category.may_land_unaudited,
    auditorProfile: category.auditor_profile,
    complexity: category.complexity,
    findingSeverity: category.finding_severity,
    builderMode: category.builder_mode,
    taskType: category.task_type,
  };
}

/** Levels and measures that are not said are not there at all, so that what is stored is what was written. */
export function toBudgets(levels: Readonly<Record<Level, AmountsConfig>>): Partial<Record<Level, Amounts>> {
  return Object.fromEntries(
    LEVELS.flatMap((level) => {
      const amounts = toAmounts(levels[level]);
      return Object.keys(amounts).length === 0 ? [] : [[level, amounts]];
    }),
  );
}

function toAmounts(amounts: AmountsConfig): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => (amounts[measure] === undefined ? [] : [[measure, amounts[measure]]])),
  );
}
