import type { AttemptId, DeliveryId, PhaseId, RunId, Sha } from "./ids.ts";

/**
 * Work that a state change calls for. Each is a job: run at least once, and harmless when run twice, because its handler
 * re-reads the run and does nothing when the state it expects is past.
 */
export type Intent =
  | { readonly kind: "prepare_run"; readonly runId: RunId }
  /** Has an agent write the plan that the issue does not spell out. */
  | {
      readonly kind: "plan_run";
      readonly runId: RunId;
      readonly attemptId: AttemptId;
      /** The attempt's own `waits` when this was asked for. */
      readonly waits: number;
      readonly afterSeconds?: number;
    }
  | {
      readonly kind: "build_phase";
      readonly runId: RunId;
      readonly attemptId: AttemptId;
      /** The attempt's own `waits` when this was asked for. */
      readonly waits: number;
      readonly afterSeconds?: number;
    }
  | { readonly kind: "check_phase"; readonly runId: RunId; readonly phaseId: PhaseId }
  | {
      readonly kind: "audit_phase";
      readonly runId: RunId;
      readonly attemptId: AttemptId;
      /** The attempt's own `waits` when this was asked for. */
      readonly waits: number;
      readonly afterSeconds?: number;
    }
  | {
      readonly kind: "investigate_phase";
      readonly runId: RunId;
      readonly attemptId: AttemptId;
      /** The attempt's own `waits` when this was asked for. */
      readonly waits: number;
      readonly afterSeconds?: number;
    }
  | { readonly kind: "integrate_phase"; readonly runId: RunId; readonly phaseId: PhaseId }
  | { readonly kind: "verify_run"; readonly runId: RunId }
  /** Reads the repository's own checks of a head; comes again while they run. */
  | { readonly kind: "await_ci"; readonly runId: RunId; readonly head: Sha; readonly afterSeconds?: number }
  /** Reads the whole change of a run, for an audit of it. */
  | { readonly kind: "read_change"; readonly runId: RunId; readonly phaseId: PhaseId }
  /** Answers the review comments that a revision phase was made of. */
  | { readonly kind: "answer_threads"; readonly runId: RunId; readonly phaseId: PhaseId }
  /** Ends a run whose issue is still closed after the grace. */
  | { readonly kind: "end_closed"; readonly runId: RunId; readonly epoch: number; readonly afterSeconds?: number }
  /** Merges the live integration branches of a repository with each other and their bases, in the object store only. */
  | { readonly kind: "forecast_conflicts"; readonly repositoryId: number }
  /** Check runs on a commit that is no run's: of other pull requests, of a merge group, of a changed configuration. */
  | {
      readonly kind: "show_foreign";
      readonly repositoryId: number;
      readonly sha: Sha;
      readonly why: "foreign_pull" | "fork_pull" | "merge_group";
      readonly pullNumber: number | null;
    }
  | { readonly kind: "watch_head"; readonly runId: RunId }
  | { readonly kind: "reset_branch"; readonly runId: RunId }
  | { readonly kind: "merge_pull"; readonly runId: RunId; readonly head: Sha }
  /** Looks whether a commit that says it takes a merged run's work back is on the base. */
  | { readonly kind: "note_revert"; readonly runId: RunId; readonly sha: Sha; readonly by: string }
  | { readonly kind: "delete_branch"; readonly runId: RunId }
  | { readonly kind: "project_run"; readonly runId: RunId }
  | { readonly kind: "post_answer"; readonly answerId: string }
  | { readonly kind: "handle_delivery"; readonly deliveryId: DeliveryId };

export const INTENT_KINDS = [
  "prepare_run",
  "plan_run",
  "build_phase",
  "check_phase",
  "audit_phase",
  "investigate_phase",
  "integrate_phase",
  "verify_run",
  "await_ci",
  "read_change",
  "answer_threads",
  "end_closed",
  "forecast_conflicts",
  "show_foreign",
  "watch_head",
  "reset_branch",
  "merge_pull",
  "note_revert",
  "delete_branch",
  "project_run",
  "post_answer",
  "handle_delivery",
] as const satisfies readonly Intent["kind"][];

export type IntentKind = Intent["kind"];
export type IntentOf<K extends IntentKind> = Extract<Intent, { kind: K }>;
