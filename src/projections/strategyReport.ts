import type { Plan, PlannedPhase } from "../domain/plan.ts";
import type { AgentSettings, Settings } from "../domain/settings.ts";
import { attemptLimits } from "../domain/strategy/attemptLimits.ts";
import { CATEGORIES } from "../domain/strategy/categories.ts";
import type { Chosen } from "../domain/strategy/chosen.ts";
import type { ChosenRules } from "../domain/strategy/chooseRules.ts";
import type { ChosenStrategy } from "../domain/strategy/chooseStrategy.ts";
import { auditProfile, phaseRules } from "../domain/strategy/phaseRules.ts";
import type { PhaseFacts } from "../domain/strategy/phaseRules.ts";
import { resolveCategory } from "../domain/strategy/resolveCategory.ts";
import { phaseBudget, runBudget, tierBudget } from "../domain/strategy/strategyBudgets.ts";
import { UNKNOWN_CATEGORY } from "../domain/strategy/strategy.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { phaseReadiness } from "../domain/waves/planReadiness.ts";
import type { PlannedWave } from "../domain/waves/wave.ts";
import { adviceReport, minReadinessReport } from "./strategyReportAdvice.ts";
import type { PlanAdvice } from "./strategyReportAdvice.ts";

export interface StrategyFacts {
  readonly chosen: ChosenStrategy;
  readonly strategy: Strategy;
  readonly settings: Settings;
  /** Null: only the strategy itself is asked for. */
  readonly plan: Plan | null;
  readonly waves: readonly PlannedWave[];
  readonly advice: PlanAdvice;
}

export type StrategyReport = ReturnType<typeof strategyReport>;
export type StrategyPhaseReport = StrategyReport["phases"][number];

/**
 * What a strategy comes to for a plan, each value with where it comes from. The keys are documented in docs/strategy.md and
 * stay; `format` counts up when one changes its meaning or goes.
 */
export function strategyReport({ chosen, strategy, settings, plan, waves, advice }: StrategyFacts) {
  const tiers = [...new Set(plan?.phases.map(({ tier }) => tier))];
  const phases = (plan?.phases ?? []).map((phase, index) => ({
    ordinal: index + 1,
    title: phase.title,
    tier: tiers.indexOf(phase.tier) + 1,
    wave: waves.findIndex((wave) => wave.phases.includes(index + 1)) + 1,
    depends_on: phase.dependsOn,
    ...phaseReport(phase, { chosen, strategy, settings }),
  }));
  const ofTier = (tier: number) => phases.filter((phase) => phase.tier === tier);
  return {
    format: 1,
    hash: strategy.hash,
    profile: chosen.profile,
    max_parallel: chosen.maxParallel,
    max_phases: chosen.maxPhases,
    approvals: chosen.approvals,
    audit_every_phase: chosen.auditEveryPhase,
    auditor: settings.auditor !== null,
    on_exhausted: chosen.onExhausted,
    min_readiness: minReadinessReport(settings.minReadiness),
    minor_findings_per_phase: chosen.minorFindingsPerPhase,
    ageing: chosen.ageing,
    investigator: chosen.investigator,
    categories: Object.fromEntries(
      Object.entries(chosen.categories).map(([name, rules]) => [name, categoryReport(rules)]),
    ),
    aliases: chosen.aliases,
    budgets: chosen.budgets,
    phases,
    tiers: tiers.map((title, index) => ({
      ordinal: index + 1,
      title,
      phases: ofTier(index + 1).map(({ ordinal }) => ordinal),
      budget: tierBudget(
        strategy,
        // By category, as a run counts them: an agent's own limit of attempts does not lower the tier's cap.
        (plan?.phases ?? []).filter(({ tier }) => tier === title).map((phase) => phaseRules(strategy, phase)),
      ),
    })),
    waves: waves.map((wave, index) => ({ number: index + 1, tier: wave.tier, phases: wave.phases })),
    ...adviceReport(advice),
    run: { budget: plan === null ? strategy.budgets.run : runBudget(strategy, phases.length) },
  };
}

function categoryReport(rules: ChosenRules) {
  return {
    ci_profile: rules.ciProfile,
    attempts: rules.attempts,
    tokens: rules.tokens,
    may_land_unaudited: rules.mayLandUnaudited,
    auditor_profile: rules.auditorProfile,
    complexity: rules.complexity,
    finding_severity: rules.findingSeverity,
    builder_mode: rules.builderMode,
    task_type: rules.taskType,
  };
}

type Means = Pick<StrategyFacts, "chosen" | "strategy" | "settings">;

function phaseReport(phase: PlannedPhase, { chosen, strategy, settings }: Means) {
  const rules = phaseRules(strategy, phase);
  const known = chosenRules(chosen, rules.category);
  const { auditor_profile: _profile, attempts, complexity, ...category } = categoryReport(known);
  const limits = (role: "builder" | "auditor", agent: AgentSettings | null) =>
    limitsReport(role, { phase, agent, chosen, strategy, attempts: attempts[role] });
  // The profile of the audit that there will be, if any: not the same as the category's.
  const audit = settings.auditor === null ? null : auditProfile(strategy, rules);
  return {
    category: { asked: phase.category, counted: rules.category, known_as: knownAs(strategy, phase.category) },
    ...category,
    complexity: phase.complexity === null ? complexity : { value: phase.complexity, from: "plan" as const },
    audit,
    readiness: phaseReadiness(phase, { strategy, settings }),
    builder: limits("builder", settings.builder),
    auditor: audit === null ? null : limits("auditor", settings.auditor),
    budget: phaseBudget(strategy, rules),
  };
}

function chosenRules({ categories }: ChosenStrategy, category: string): ChosenRules {
  const rules = Object.hasOwn(categories, category) ? categories[category] : categories[UNKNOWN_CATEGORY];
  if (rules === undefined) throw new Error("a strategy without rules for unknown categories was not compiled here");
  return rules;
}

/** `table`: one of the built-in categories; `config`: the configuration's own; `unknown`: nobody's, and so strict. */
function knownAs(strategy: Strategy, asked: string): "table" | "config" | "alias" | "unknown" {
  const category = resolveCategory(strategy, asked);
  if (!Object.hasOwn(strategy.categories, category)) return "unknown";
  if (category !== asked) return "alias";
  return Object.hasOwn(CATEGORIES, category) ? "table" : "config";
}

function limitsReport(
  role: "builder" | "auditor",
  {
    phase,
    agent,
    chosen,
    strategy,
    attempts,
  }: Pick<Means, "chosen" | "strategy"> & {
    readonly phase: PhaseFacts;
    readonly agent: AgentSettings | null;
    readonly attempts: Chosen<number>;
  },
) {
  const limits = agent?.limits ?? { attempts: null, timeoutMs: null, turns: null };
  const free = {
    ...strategy,
    budgets: { ...strategy.budgets, attempt: {} },
    ceilings: { attempts: null, budgets: {} },
  };
  const wanted = attemptLimits(role, { strategy: free, phase, limits });
  const granted = attemptLimits(role, { strategy, phase, limits });
  const cap = chosen.budgets.attempt;
  return {
    attempts:
      limits.attempts === null
        ? attempts
        : origin(granted.attempts, { wanted: wanted.attempts, usual: "config", lowered: "policy" }),
    turns: origin(granted.turns, { wanted: wanted.turns, usual: "table", lowered: cap.turns?.from }),
    seconds: origin(granted.seconds, {
      wanted: wanted.seconds,
      usual: limits.timeoutMs === null ? "table" : "config",
      lowered: cap.seconds?.from,
    }),
  };
}

type Origin = Chosen<number>["from"];

function origin(
  value: number,
  of: { readonly wanted: number; readonly usual: Origin; readonly lowered: Origin | undefined },
): Chosen<number> {
  if (value === of.wanted) return { value, from: of.usual };
  return { value, from: of.lowered ?? of.usual, wanted: of.wanted };
}
