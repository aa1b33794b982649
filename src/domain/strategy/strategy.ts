import type { Amounts, Budgets, Level } from "../budget/budget.ts";

export type SafetyProfile = "normal" | "safety_critical";
export type CiProfile = "normal" | "strict";
export type Complexity = "low" | "medium" | "high";
export type BuilderMode = "tweak_light" | "scaffolding_heavy" | "refactor_heavy" | "schema_heavy";
export type TaskType = "coding" | "testing" | "documentation" | "refactoring" | "audit" | "custom";

/** What a category implies for the phases that have it. */
export interface CategoryRules {
  readonly ciProfile: CiProfile;
  /** Attempts in all, the first included. */
  readonly attempts: { readonly builder: number; readonly auditor: number };
  /** Cap of a phase over all its attempts. */
  readonly tokens: number;
  readonly mayLandUnaudited: boolean;
  readonly auditorProfile: string | null;
  readonly complexity: Complexity;
  /** What a finding counts as that says nothing of its severity itself. */
  readonly findingSeverity: "minor" | "major";
  readonly builderMode: BuilderMode;
  readonly taskType: TaskType;
}

/** The rules of every category nobody has named: strict, never permissive. */
export const UNKNOWN_CATEGORY = "*";

/** Configuration, server policy and categories, compiled once when a run is planned, and never changed under it. */
export interface Strategy {
  /** SHA-256 of everything else in here, as canonical JSON. */
  readonly hash: string;
  readonly profile: SafetyProfile;
  readonly maxParallel: number;
  /** Rules by category; `UNKNOWN_CATEGORY` holds those of any other. */
  readonly categories: Readonly<Record<string, CategoryRules>>;
  readonly aliases: Readonly<Record<string, string>>;
  /** Phases one run may have; a larger plan becomes several runs. */
  readonly maxPhases: number;
  /** Caps at every level. `phase` and `attempt` hold only what categories and task types do not say. */
  readonly budgets: Budgets;
  readonly onExhausted: "pause" | "fail";
  /** Minor findings a tier, and a run, may carry: so many for each of its phases. */
  readonly minorFindingsPerPhase: { readonly tier: number; readonly run: number };
  /** Distinct runs and tiers in which a finding is seen before it needs cleaning up. */
  readonly ageing: { readonly runs: number; readonly tiers: number };
  /** Approvals of people that promotion needs. */
  readonly approvals: number;
  readonly auditEveryPhase: boolean;
  /** What the investigator of a phase may use. */
  readonly investigator: Amounts;
  /** The operator's, for what is only counted when there is a plan: attempts of any role, and the levels' caps. */
  readonly ceilings: {
    readonly attempts: number | null;
    readonly budgets: Readonly<Partial<Record<Level, Amounts>>>;
  };
}

/** What one phase is held to: its category's rules, and the limits of one of its attempts. */
export interface PhaseRules extends CategoryRules {
  /** The category as it counts, aliases resolved. */
  readonly category: string;
  readonly turns: number;
  readonly seconds: number;
}
