import type { Amounts, Level } from "../budget/budget.ts";
import type { AgentBackend } from "../settings.ts";
import type { CategoryRules, SafetyProfile } from "./strategy.ts";

/** What a configuration says of one category; what it leaves out is the table's. */
export type CategoryOverride = {
  readonly [K in Exclude<keyof CategoryRules, "attempts">]?: CategoryRules[K] | undefined;
} & {
  readonly attempts?: { readonly builder?: number | undefined; readonly auditor?: number | undefined } | undefined;
};

/** What a repository's configuration says of its strategy; what it leaves out is the table's. */
export interface StrategyOverrides {
  readonly profile: SafetyProfile;
  readonly maxParallel: number | null;
  readonly maxPhases: number | null;
  readonly categories: Readonly<Record<string, CategoryOverride>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly budgets: Readonly<Partial<Record<Level, Amounts>>>;
  readonly onExhausted: "pause" | "fail";
  readonly minorFindingsPerPhase: { readonly tier: number | null; readonly run: number | null };
  readonly ageing: { readonly runs: number | null; readonly tiers: number | null };
  /** Audit every phase, or only those whose category must not land unaudited. */
  readonly audit: "every_phase" | "by_category";
}

/** The operator's ceilings: no repository gets past them. What is null or absent is not limited. */
export interface Policy {
  readonly maxParallel: number | null;
  readonly maxPhases: number | null;
  readonly attempts: number | null;
  /** The longest attempt, in seconds. */
  readonly seconds: number | null;
  readonly budgets: Readonly<Partial<Record<Level, Amounts>>>;
  /** Repositories may not switch audits off, nor let categories land unaudited that the table does not. */
  readonly auditRequired: boolean;
  /** Repositories may not switch rule sets off. */
  readonly gatesRequired: boolean;
  /** Backends that agents may have; null: all. */
  readonly backends: readonly AgentBackend[] | null;
  readonly profile: SafetyProfile | null;
  /** Runs that may start within an hour; null: what `startLimits` says. */
  readonly startsPerIssueHour: number | null;
  readonly startsPerRepositoryHour: number | null;
}

export const NO_POLICY: Policy = {
  maxParallel: null,
  maxPhases: null,
  attempts: null,
  seconds: null,
  budgets: {},
  auditRequired: false,
  gatesRequired: false,
  backends: null,
  profile: null,
  startsPerIssueHour: null,
  startsPerRepositoryHour: null,
};
