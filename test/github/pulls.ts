import type { PendingMerge } from "./autoMerge.ts";
import type { Repository } from "./repository.ts";

export interface Review {
  readonly id: number;
  readonly login: string;
  body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  readonly commit: string;
  readonly submittedAt: string;
}

export interface ReviewComment {
  readonly id: number;
  readonly reviewId: number;
  readonly login: string;
  readonly path: string;
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: "LEFT" | "RIGHT";
  /** The diff that it was written under. */
  readonly hunk: string;
  readonly commit: string;
  readonly inReplyTo: number | undefined;
  readonly createdAt: string;
  body: string;
}

/**
 * What makes an issue a pull request. Title, body, labels, comments and whether it is open are the issue's, and the
 * emulator keeps them.
 */
export interface Pull {
  readonly number: number;
  readonly id: number;
  readonly nodeId: string;
  readonly author: string;
  readonly head: { readonly repository: Repository; readonly ref: string; sha: string };
  /** `sha`: the base branch when the pull request was opened, last pushed to, or merged. */
  readonly base: { ref: string; sha: string };
  draft: boolean;
  open: boolean;
  merged: { readonly at: string; readonly by: string; readonly sha: string } | undefined;
  readonly reviews: Review[];
  readonly comments: ReviewComment[];
  readonly reviewers: Set<string>;
  autoMerge?: PendingMerge | undefined;
  /** Its place in the merge queue. */
  queued?: PendingMerge | undefined;
}
