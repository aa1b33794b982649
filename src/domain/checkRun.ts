import type { Sha } from "./ids.ts";

/** A check run as it should be on GitHub. */
export interface CheckRun {
  readonly name: string;
  readonly sha: Sha;
  /** `run/gate/sha`: how a check run made by an earlier try is found again. */
  readonly externalId: string;
  readonly status: "in_progress" | "completed";
  readonly conclusion:
    "success" | "failure" | "neutral" | "cancelled" | "skipped" | "action_required" | "timed_out" | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly CheckAnnotation[];
  /** Buttons; GitHub takes three. */
  readonly actions: readonly CheckAction[];
}

/** A button on a check run. GitHub takes 20 characters of label and of identifier, and 40 of description. */
export interface CheckAction {
  readonly label: string;
  readonly identifier: string;
  readonly description: string;
}

export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
}
