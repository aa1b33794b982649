import type { Sha } from "./ids.ts";

/** A check run as it should be on GitHub. */
export interface CheckRun {
  readonly name: string;
  readonly sha: Sha;
  /** `run/gate/sha`: how a check run made by an earlier try is found again. */
  readonly externalId: string;
  readonly status: "in_progress" | "completed";
  readonly conclusion: "success" | "failure" | "neutral" | "cancelled" | "skipped" | "action_required" | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly CheckAnnotation[];
}

export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
}
