import type { AcceptanceSpec } from "./acceptance/acceptance.ts";
import type { Revision } from "./revision.ts";
import type { Complexity } from "./strategy/strategy.ts";
import type { Impact } from "./waves/impact.ts";

/** One unit of change as the plan describes it. */
export interface PlannedPhase {
  readonly title: string;
  /** Tier title; phases of one tier are neighbours in the plan. */
  readonly tier: string;
  readonly category: string;
  readonly instructions: string;
  /** Criteria in words, for the agents. */
  readonly acceptance: readonly string[];
  /** How the result is judged beside the gates; null when the plan asks for nothing more. */
  readonly spec: AcceptanceSpec | null;
  /** Paths or globs the phase is expected to touch. */
  readonly files: readonly string[];
  /** What it is expected to do where: declared by the plan, and predicted. Empty means unknown, so that it runs alone. */
  readonly impacts: readonly Impact[];
  /** Ordinals (from 1) of phases that must be complete first. Never in a circle, never in a later tier. */
  readonly dependsOn: readonly number[];
  /** 0 is the most urgent, 2 the default. */
  readonly priority: 0 | 1 | 2;
  /** Null: the category's. */
  readonly complexity: Complexity | null;
  /** Set on a phase that people asked for after the plan was made. */
  readonly revision?: Revision;
  /** Set on a phase that is nothing but an audit of the whole change, that somebody asked for. */
  readonly audit?: { readonly by: string };
}

/** What a run will do, in the order in which it will do it. Never empty. */
export interface Plan {
  readonly source: "issue_yaml" | "tasks_md" | "task_list" | "issue" | "spec" | "backlog" | "planner";
  readonly phases: readonly PlannedPhase[];
}

/** Why a plan or a configuration was refused, and where. Lines and columns count from 1. */
export interface Problem {
  readonly path: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}
