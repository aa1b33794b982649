import type { AttemptId, DeliveryId, PhaseId, RunId, Sha } from "./ids.ts";

/**
 * Work that a state change calls for. Each is a job: run at least once, and harmless when run twice, because its handler
 * re-reads the run and does nothing when the state it expects is past.
 */
export type Intent =
  | { readonly kind: "prepare_run"; readonly runId: RunId }
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
  | { readonly kind: "watch_head"; readonly runId: RunId }
  | { readonly kind: "reset_branch"; readonly runId: RunId }
  | { readonly kind: "merge_pull"; readonly runId: RunId; readonly head: Sha }
  | { readonly kind: "delete_branch"; readonly runId: RunId }
  | { readonly kind: "project_run"; readonly runId: RunId }
  | { readonly kind: "post_answer"; readonly answerId: string }
  | { readonly kind: "handle_delivery"; readonly deliveryId: DeliveryId };

export const INTENT_KINDS = [
  "prepare_run",
  "build_phase",
  "check_phase",
  "audit_phase",
  "investigate_phase",
  "integrate_phase",
  "verify_run",
  "watch_head",
  "reset_branch",
  "merge_pull",
  "delete_branch",
  "project_run",
  "post_answer",
  "handle_delivery",
] as const satisfies readonly Intent["kind"][];

export type IntentKind = Intent["kind"];
export type IntentOf<K extends IntentKind> = Extract<Intent, { kind: K }>;
