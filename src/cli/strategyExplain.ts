import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { freezeStrategy } from "../config/freezeStrategy.ts";
import type { IssueText, PlanResult } from "../config/planResult.ts";
import { CONFIG_PATHS, readConfig } from "../config/readConfig.ts";
import type { ConfigResult } from "../config/readConfig.ts";
import { readPlan } from "../config/readPlan.ts";
import { readPlanFile } from "../config/readPlanFile.ts";
import type { Plan, Problem } from "../domain/plan.ts";
import type { Settings } from "../domain/settings.ts";
import { chooseStrategy } from "../domain/strategy/chooseStrategy.ts";
import type { Policy } from "../domain/strategy/overrides.ts";
import { policyFaults } from "../domain/strategy/policyFaults.ts";
import type { SafetyProfile, Strategy } from "../domain/strategy/strategy.ts";
import { resolveCategory } from "../domain/strategy/resolveCategory.ts";
import { NO_KNOWLEDGE } from "../domain/waves/impactKnowledge.ts";
import { keptApart } from "../domain/waves/keptApart.ts";
import { readinessFault } from "../domain/waves/planReadiness.ts";
import { planWaves } from "../domain/waves/planWaves.ts";
import { predictImpacts } from "../domain/waves/predictImpacts.ts";
import { suggestPhaseGroups } from "../domain/waves/suggestPhaseGroups.ts";
import type { WavePhase } from "../domain/waves/wave.ts";
import { strategyReport } from "../projections/strategyReport.ts";
import type { StrategyReport } from "../projections/strategyReport.ts";
import { NO_ADVICE } from "../projections/strategyReportAdvice.ts";
import type { PlanAdvice } from "../projections/strategyReportAdvice.ts";
import { repositoryRoot, taskFilesOf, textOf } from "./strategyRepository.ts";

const [CONFIG_PATH = ""] = CONFIG_PATHS;

export type PlanSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "issue"; readonly number: number; readonly issue: IssueText };

export interface ExplainWish {
  /** Null: no plan, only the strategy. */
  readonly plan: PlanSource | null;
  readonly configFile: string | null;
  /** Tried in place of the configuration's. */
  readonly profile: SafetyProfile | null;
  readonly policy: Policy;
}

export type Explanation =
  | { readonly kind: "explained"; readonly report: StrategyReport }
  | { readonly kind: "invalid"; readonly what: string; readonly problems: readonly Problem[] };

/** Reads the repository's files and compiles them as the planning of a run does. Writes nothing, asks nobody. */
export async function explainStrategy({
  plan: source,
  configFile,
  profile,
  policy,
}: ExplainWish): Promise<Explanation> {
  const root = repositoryRoot(process.cwd());
  const config = await configOf(root, configFile);
  if (config.kind === "invalid") return config;
  const { path, settings: configured } = config;
  const settings = {
    ...configured,
    strategy: { ...configured.strategy, profile: profile ?? configured.strategy.profile },
  };
  const faults = policyFaults(settings, policy);
  if (faults.length > 0) return invalid(path, "the configuration is not allowed", faults.map(unplaced));

  const input = { overrides: settings.strategy, policy, approvals: settings.promotion.approvals };
  const chosen = chooseStrategy(input);
  const strategy = freezeStrategy(input);
  const plan = source === null ? null : await planOf(root, source, strategy.maxPhases);
  if (plan?.kind === "refused") {
    const problems = plan.problems.length === 0 ? [unplaced(plan.message)] : plan.problems;
    return invalid(nameOf(source), "the plan was refused", problems);
  }
  const facts = { chosen, strategy, settings };
  if (plan === null) {
    return { kind: "explained", report: strategyReport({ ...facts, plan, waves: [], advice: NO_ADVICE }) };
  }
  const unready = readinessFault(plan.plan, { strategy, settings });
  if (unready !== null) return invalid(nameOf(source), "the plan was refused", unready.problems);
  const phases = wavePhasesOf(plan.plan);
  const waves = planWaves(phases, strategy.maxParallel);
  const advice = { apart: keptApart(phases), ...groupsOf(plan.plan, strategy) };
  return { kind: "explained", report: strategyReport({ ...facts, plan: plan.plan, waves, advice }) };
}

/** By what the plan declares alone: a run also knows what earlier ones have touched. */
function wavePhasesOf({ phases }: Plan): readonly WavePhase[] {
  const tiers = [...new Set(phases.map(({ tier }) => tier))];
  return phases.map((phase, index) => ({
    ...phase,
    ordinal: index + 1,
    tier: tiers.indexOf(phase.tier) + 1,
    impacts: predictImpacts(phase, NO_KNOWLEDGE),
  }));
}

/** Two names of one category are the same category. */
function groupsOf({ phases }: Plan, strategy: Strategy): Pick<PlanAdvice, "groups" | "duplicates"> {
  const named = phases.map((phase) => ({ ...phase, category: resolveCategory(strategy, phase.category) }));
  return suggestPhaseGroups(named, (text) => createHash("sha256").update(text).digest("hex"));
}

type ConfigHere = { readonly kind: "ok"; readonly path: string; readonly settings: Settings };

async function configOf(root: string, file: string | null): Promise<ConfigHere | Invalid> {
  if (file !== null) return toHere(file, readConfig([{ path: CONFIG_PATH, text: await read(file) }], DEFAULTS));
  const found = (await Promise.all(CONFIG_PATHS.map(async (path) => textOf(root, path)))).flatMap((each) => each ?? []);
  return toHere(found[0]?.path ?? CONFIG_PATH, readConfig(found, DEFAULTS));
}

/** The base branch is of no matter here. */
const DEFAULTS = { defaultBranch: "main" };

function toHere(path: string, result: ConfigResult): ConfigHere | Invalid {
  switch (result.kind) {
    case "ok":
      return { kind: "ok", path, settings: result.settings };
    case "missing":
      return invalid(path, "there is no configuration", [
        unplaced("It is not there: `autopack config starter` prints one to start from."),
      ]);
    case "two_files":
      return invalid(path, "there are two configurations", [unplaced(`Keep one of ${result.paths.join(" and ")}.`)]);
    case "invalid":
      return invalid(path, "the configuration is not valid", result.problems);
  }
}

async function planOf(root: string, source: PlanSource, maxPhases: number): Promise<PlanResult> {
  const specs = await taskFilesOf(root);
  switch (source.kind) {
    case "file":
      return readPlanFile({ path: source.path, text: await read(source.path) }, { specs, maxPhases });
    case "issue":
      return readPlan({ issue: source.issue, specs, maxPhases });
  }
}

async function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(`reading ${path}`, { cause });
  });
}

function nameOf(source: PlanSource | null): string {
  if (source === null) return "";
  return source.kind === "file" ? source.path : `issue #${source.number}`;
}

type Invalid = Extract<Explanation, { kind: "invalid" }>;

/** Problems that name no file are about this one. */
function invalid(file: string, what: string, problems: readonly Problem[]): Invalid {
  const named = problems.map((problem) => ({
    ...problem,
    path: problem.path === null || problem.path === CONFIG_PATH ? file : problem.path,
  }));
  return { kind: "invalid", what, problems: named };
}

function unplaced(message: string): Problem {
  return { path: null, line: null, column: null, message };
}
