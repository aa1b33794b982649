/** What a phase is expected to do to a path. */
export interface Impact {
  readonly operation: "create" | "update" | "delete" | "read";
  /** Path or glob, relative to the repository's root. */
  readonly path: string;
  readonly source: "declared" | "pattern" | "history" | "agent" | "validated";
  /** From 0 to 1. */
  readonly confidence: number;
}

/** Below this, an impact says too little to plan by (from the domain rules). */
export const MIN_CONFIDENCE = 0.6;
