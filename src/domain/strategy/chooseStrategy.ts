import { MEASURES } from "../budget/budget.ts";
import type { Amounts, Level, Measure } from "../budget/budget.ts";
import { ALIASES, CATEGORIES } from "./categories.ts";
import { atMost, builtIn, chooseAmounts, orConfigured } from "./chosen.ts";
import type { Chosen, ChosenAmounts, Origin } from "./chosen.ts";
import { chooseRules } from "./chooseRules.ts";
import type { ChosenRules } from "./chooseRules.ts";
import type { StrategyInput } from "./compileStrategy.ts";
import type { Policy } from "./overrides.ts";
import { PROFILES } from "./profiles.ts";
import type { ProfileRules } from "./profiles.ts";
import { UNKNOWN_CATEGORY } from "./strategy.ts";
import type { SafetyProfile, Strategy } from "./strategy.ts";

const MAX_PARALLEL = 3;
const MAX_PHASES = 25;
const RUN_BUDGET: ChosenAmounts = { tokens: builtIn(5_000_000), seconds: builtIn(7200) };
/** An issue's runs together may use what so many single runs may; it is not reset by a new run. */
const RUNS_PER_ISSUE = 3;
/** As much as the smallest category of the table, for reading and thinking only. Turns and seconds: task type `custom`. */
const INVESTIGATOR: ChosenAmounts = { tokens: builtIn(200_000), turns: builtIn(30), seconds: builtIn(900) };

/** A strategy, each value with where it comes from. */
export interface ChosenStrategy {
  readonly profile: Chosen<SafetyProfile>;
  readonly maxParallel: Chosen<number>;
  readonly maxPhases: Chosen<number>;
  readonly categories: Readonly<Record<string, ChosenRules>>;
  readonly aliases: Strategy["aliases"];
  readonly budgets: Readonly<Record<Level, ChosenAmounts>>;
  readonly onExhausted: Chosen<Strategy["onExhausted"]>;
  readonly minorFindingsPerPhase: { readonly tier: Chosen<number>; readonly run: Chosen<number> };
  readonly ageing: { readonly runs: Chosen<number>; readonly tiers: Chosen<number> };
  readonly approvals: Chosen<number>;
  readonly auditEveryPhase: Chosen<boolean>;
  readonly investigator: ChosenAmounts;
  readonly ceilings: Strategy["ceilings"];
}

/** `compileStrategy`, with the reasons: what `autopack strategy explain` shows. */
export function chooseStrategy(input: StrategyInput): ChosenStrategy {
  const { overrides, policy } = input;
  const profile = chooseProfile(input);
  const ceilings = ceilingsOf(policy);
  return {
    profile,
    maxParallel: limited(MAX_PARALLEL, overrides.maxParallel, policy.maxParallel),
    maxPhases: limited(MAX_PHASES, overrides.maxPhases, policy.maxPhases),
    categories: chooseCategories(input),
    // The table's own names come last: no configuration makes less of a category by another name for it.
    aliases: { ...overrides.aliases, ...ALIASES },
    budgets: chooseBudgets(input, ceilings.budgets),
    onExhausted: orConfigured(builtIn("pause"), overrides.onExhausted === "pause" ? undefined : overrides.onExhausted),
    ...chooseTolerances(input, profile),
    investigator: chooseInvestigator(ceilings.budgets.attempt),
    ceilings,
  };
}

/** The stricter of the repository's and the operator's. */
function chooseProfile({ overrides, policy }: StrategyInput): Chosen<SafetyProfile> {
  if (overrides.profile === "safety_critical") return { value: "safety_critical", from: "config" };
  if (policy.profile === "safety_critical") return { value: "safety_critical", from: "policy", wanted: "normal" };
  return builtIn("normal");
}

function limited(usual: number, configured: number | null, ceiling: number | null): Chosen<number> {
  return atMost(orConfigured(builtIn(usual), configured ?? undefined), ceiling, "policy");
}

/** The longest attempt is a cap like the others. */
function ceilingsOf({ attempts, seconds, budgets }: Policy): Strategy["ceilings"] {
  if (seconds === null) return { attempts, budgets };
  const attempt = { ...budgets.attempt, seconds: Math.min(seconds, budgets.attempt?.seconds ?? seconds) };
  return { attempts, budgets: { ...budgets, attempt } };
}

function chooseCategories({ overrides, policy }: StrategyInput): ChosenStrategy["categories"] {
  const lid = overrides.budgets.phase?.tokens;
  const names = [...new Set([...Object.keys(CATEGORIES), ...Object.keys(overrides.categories)])];
  const isKnown = (name: string) => Object.hasOwn(overrides.categories, name);
  const chosen = names
    .filter((name) => name !== UNKNOWN_CATEGORY)
    .map((name): [string, ChosenRules] => {
      const override = (isKnown(name) ? overrides.categories[name] : undefined) ?? {};
      return [name, chooseRules(name, { override, lid, policy })];
    });
  // Whatever is configured, a category that nobody has named stays strict.
  const unknown = chooseRules(UNKNOWN_CATEGORY, { override: {}, lid, policy });
  return Object.fromEntries([...chosen, [UNKNOWN_CATEGORY, unknown]]);
}

function chooseBudgets(
  { overrides }: StrategyInput,
  ceilings: Strategy["ceilings"]["budgets"],
): ChosenStrategy["budgets"] {
  const level = (name: Level, usual: ChosenAmounts, counted: readonly Measure[]) =>
    chooseAmounts(usual, { configured: overrides.budgets[name], ceiling: ceilings[name] }, counted);
  const run = level("run", RUN_BUDGET, ["findings"]);
  return {
    attempt: level("attempt", {}, []),
    phase: level("phase", {}, []),
    tier: level("tier", {}, ["tokens", "ci_runs", "findings"]),
    run,
    issue: level("issue", times(run, RUNS_PER_ISSUE), []),
    day: level("day", {}, []),
  };
}

/** Findings are not used up by trying again, so they are not multiplied. */
function times(amounts: ChosenAmounts, factor: number): ChosenAmounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure): readonly [Measure, Chosen<number>][] => {
      const chosen = amounts[measure];
      if (chosen === undefined || measure === "findings") return [];
      return [[measure, { value: chosen.value * factor, from: chosen.from }]];
    }),
  );
}

function chooseTolerances(
  { overrides, policy, approvals }: StrategyInput,
  profile: Chosen<SafetyProfile>,
): Pick<ChosenStrategy, "minorFindingsPerPhase" | "ageing" | "approvals" | "auditEveryPhase"> {
  const rules = PROFILES[profile.value];
  const floor = policy.profile === null ? null : PROFILES[policy.profile];
  const from: Origin = profile.value === "normal" ? "table" : profile.from === "policy" ? "policy" : "profile";
  /** A repository may be more tolerant than the profile it chose, but not than the one that the operator set. */
  const tolerance = (of: (profileRules: ProfileRules) => number, configured: number | null): Chosen<number> => {
    const chosen = orConfigured({ value: of(rules), from }, configured ?? undefined);
    return atMost(chosen, floor === null ? null : of(floor), "policy");
  };
  const { minorFindingsPerPhase: minor, ageing } = overrides;
  return {
    minorFindingsPerPhase: {
      tier: tolerance((each) => each.minorFindingsPerPhase.tier, minor.tier),
      run: tolerance((each) => each.minorFindingsPerPhase.run, minor.run),
    },
    ageing: {
      runs: tolerance((each) => each.ageing.runs, ageing.runs),
      tiers: tolerance((each) => each.ageing.tiers, ageing.tiers),
    },
    approvals: approvals > rules.approvals ? { value: approvals, from: "config" } : { value: rules.approvals, from },
    auditEveryPhase: rules.auditEveryPhase
      ? { value: true, from }
      : orConfigured(builtIn(true), overrides.audit === "by_category" ? false : undefined),
  };
}

function chooseInvestigator(ceiling: Amounts | undefined): ChosenAmounts {
  return chooseAmounts(INVESTIGATOR, { configured: undefined, ceiling });
}
