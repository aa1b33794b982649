/** One unit of change as the plan describes it. */
export interface PlannedPhase {
  readonly title: string;
  /** Tier title; phases of one tier are neighbours in the plan. */
  readonly tier: string;
  readonly category: string;
  readonly instructions: string;
  readonly acceptance: readonly string[];
  /** Paths or globs the phase is expected to touch. */
  readonly files: readonly string[];
  /** Ordinals (from 1) of phases that must be complete first; always smaller than the phase's own. */
  readonly dependsOn: readonly number[];
}

/** What a run will do, in the order in which it will do it. Never empty. */
export interface Plan {
  readonly source: "issue_yaml" | "tasks_md" | "task_list" | "issue";
  readonly phases: readonly PlannedPhase[];
}

/** Why a plan or a configuration was refused, and where. Lines and columns count from 1. */
export interface Problem {
  readonly path: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}
