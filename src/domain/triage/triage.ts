/** Why nothing is planned for an issue as it reads, and what would help. */
export interface Triage {
  readonly verdict: "unsolvable" | "too_vague" | "duplicate";
  /** A sentence or more, for the people of the issue. */
  readonly reason: string;
  readonly questions: readonly string[];
  /** The issue that asks for the same; null where it is not that, or where the repository does it already. */
  readonly duplicateOf: number | null;
}
