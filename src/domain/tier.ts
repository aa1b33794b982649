export type TierState = "pending" | "in_progress" | "complete" | "failed" | "skipped";

/** An ordered part of a run; the boundary at which cleanliness is judged. */
export interface Tier {
  /** From 1. */
  readonly ordinal: number;
  readonly title: string;
  readonly state: TierState;
  /** Null until all its phases have ended. */
  readonly cleanliness: "clean" | "not_clean" | null;
  /** Why it is not clean, a line each. */
  readonly reasons: readonly string[];
}
