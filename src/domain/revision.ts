/** A reviewer's comment on a line, as the Builder is to read it. */
export interface ReviewThread {
  /** The id of the review comment that began the thread: where the answer goes. */
  readonly commentId: number;
  readonly path: string;
  /** The line of the head; null for a comment on the file, or on lines that are gone. */
  readonly line: number | null;
  readonly body: string;
  /** The end of the diff that it was written under, for whoever reads it when the lines have moved. */
  readonly hunk?: string;
}

/** Why a phase was added to a run: people asked for a change of what there is. */
export interface Revision {
  /** The how many-th revision of the run, from 1. */
  readonly round: number;
  readonly by: string;
  readonly source: "review" | "command";
  /** The review that asked; null for a command. */
  readonly reviewId: number | null;
  /** Comments to be answered when the phase has landed. */
  readonly threads: readonly ReviewThread[];
}
