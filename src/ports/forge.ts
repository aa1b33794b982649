import type { CheckRun } from "../domain/checkRun.ts";
import type { ObservedCheck } from "../domain/ciChecks/observedCheck.ts";
import type { HostFacts, Permissions } from "../domain/ground/groundFacts.ts";
import type { Sha } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import type { Role } from "../domain/role.ts";

export type Reaction = "+1" | "-1" | "confused" | "eyes" | "rocket";

/** A label as it is made where a repository lacks it. Colour: six hex digits. */
export interface LabelView {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

/** `gone`: somebody deleted it, and there is nothing to write to. */
export type UpdateOutcome = "written" | "gone";

export interface PullView {
  readonly number: number;
  readonly nodeId: string;
  readonly title: string;
  readonly draft: boolean;
  readonly state: "open" | "closed";
  readonly mergedSha: Sha | null;
  readonly body: string;
  readonly head: Sha;
}

/** A comment on the lines, or on a file, of a pull request. */
export interface ReviewCommentView {
  readonly id: number;
  /** The comment that began its thread; its own id for the first. */
  readonly threadId: number;
  readonly path: string;
  /** Of the head; null for a comment on the file, and once its lines are gone. */
  readonly line: number | null;
  readonly body: string;
  /** The part of the diff that it was written under, up to its line. */
  readonly hunk: string;
  /** Null for an account that is gone. */
  readonly author: string | null;
}

/** A comment on an issue. Times are ISO. */
export interface IssueCommentView {
  readonly id: number;
  /** Null for an account that is gone. */
  readonly author: string | null;
  readonly isBot: boolean;
  /** Whether GitHub says that its author belongs to the repository in some way; which rights that gives it does not say. */
  readonly isInsider: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly body: string;
}

/** An issue, or a pull request as the issue that it also is, as it is now. */
export interface IssueView {
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly labels: readonly string[];
}

export type MergeOutcome =
  | { readonly kind: "merged"; readonly sha: Sha }
  | { readonly kind: "head_moved" }
  | { readonly kind: "refused"; readonly message: string };

/** Who is told to merge a pull request as soon as GitHub's own conditions are met. */
export type Delegate = "auto_merge" | "queue";

export type DelegateOutcome =
  | { readonly kind: "delegated" }
  /** There is nothing that GitHub would wait for: it is to be merged at once. */
  | { readonly kind: "nothing_to_wait_for" }
  | { readonly kind: "head_moved" }
  | { readonly kind: "refused"; readonly message: string };

/** What GitHub means to do with a pull request by itself. */
export interface DelegationView {
  readonly autoMerge: boolean;
  readonly queued: boolean;
  readonly state: "open" | "closed";
  readonly mergedSha: Sha | null;
}

/**
 * What Autopack asks of GitHub, for one repository. Every method is one API call unless it says otherwise, throws a
 * `Failure` that carries the retry instruction, and is never retried behind the caller's back: a write whose answer was
 * lost may have taken effect, and only the caller knows how to look.
 */
export interface Forge {
  /** Asked live; `none` for strangers. */
  roleOf(login: string): Promise<Role>;
  /** Null when it was deleted or transferred. */
  findIssue(number: number): Promise<IssueView | null>;
  /**
   * The comments of an issue that were written until `until` (an ISO time), oldest first: of the first 1000, a call for each 100.
   */
  issueComments(issueNumber: number, options: { readonly until: string }): Promise<readonly IssueCommentView[]>;
  createComment(issueNumber: number, body: string): Promise<number>;
  updateComment(commentId: number, body: string): Promise<UpdateOutcome>;
  /** Searches Autopack's own comments of an issue for a hidden marker. Pages through: several calls. */
  findComment(issueNumber: number, marker: string): Promise<number | null>;
  /** The same reaction twice is one; a comment that is gone is fine. */
  react(commentId: number, reaction: Reaction): Promise<void>;
  /** The same for a comment of a review. */
  reactToReview(commentId: number, reaction: Reaction): Promise<void>;
  /** The comments of one review, in its order. Pages through: one call for each 100. */
  reviewComments(pull: number, reviewId: number): Promise<readonly ReviewCommentView[]>;
  /** Adds to the thread that a review comment began, and gives the reply's id; null when the thread is gone. */
  replyToReview(pull: number, threadId: number, body: string): Promise<number | null>;
  /** Searches Autopack's own review comments of a pull request for a hidden marker. Pages through: several calls. */
  findReviewReply(pull: number, marker: string): Promise<number | null>;
  /**
   * Adds labels to an issue. Those the repository lacks are made, with colour and description: one more call for each, the
   * first time.
   */
  addLabels(issueNumber: number, labels: readonly LabelView[]): Promise<void>;
  /** Not there is fine. */
  removeLabel(issueNumber: number, label: string): Promise<void>;
  /** Null when GitHub says that one for this head exists already, or that there is nothing between the branches. */
  createPull(pull: {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
    readonly draft: boolean;
  }): Promise<PullView | null>;
  /** The newest pull request of a head branch, open or closed. */
  findPull(head: string): Promise<PullView | null>;
  getPull(number: number): Promise<PullView>;
  /** Writes title and body and, with `ready`, takes the draft mark off: one GraphQL call. */
  updatePull(pull: {
    readonly nodeId: string;
    readonly title: string;
    readonly body: string;
    readonly ready: boolean;
  }): Promise<void>;
  /** GitHub takes 50 annotations a call: one call more for every further 50. */
  createCheck(check: CheckRun): Promise<number>;
  /** Annotations are never taken off a check run: those it has stay, those it lacks are added. */
  updateCheck(checkRunId: number, check: CheckRun): Promise<UpdateOutcome>;
  findCheck(check: Pick<CheckRun, "sha" | "name" | "externalId">): Promise<number | null>;
  /**
   * The check runs and statuses of a commit that are not Autopack's own; of a check that was run again, the newest. Two calls
   * for each 100 of them, and one more while a suite may be between two of its jobs.
   */
  checksOf(sha: Sha): Promise<readonly ObservedCheck[]>;
  /**
   * The paths that a pull request touches, those that it renames away among them: of its first 300 files, a call for each 100.
   * GitHub lists them by path, and those of folders that begin with a dot among the first.
   */
  pullPaths(number: number): Promise<readonly string[]>;
  /** A text file of a commit, also of one in a fork; null when it is not there, is no file, or is larger than 1 MiB. */
  readText(at: { readonly sha: Sha; readonly path: string }): Promise<string | null>;
  /** Merges only while the head is still `sha`. */
  mergePull(pull: {
    readonly number: number;
    readonly sha: Sha;
    readonly method: "merge" | "squash" | "rebase";
    readonly title: string;
  }): Promise<MergeOutcome>;
  /** Has GitHub merge while the head is still `sha`, as soon as its own conditions are met. */
  delegateMerge(pull: {
    readonly nodeId: string;
    readonly sha: Sha;
    readonly to: Delegate;
    readonly method: "merge" | "squash" | "rebase";
    readonly title: string;
  }): Promise<DelegateOutcome>;
  /** Takes that back. Not there is fine. */
  recallMerge(pull: { readonly nodeId: string; readonly from: Delegate }): Promise<void>;
  readDelegation(nodeId: string): Promise<DelegationView>;
  /**
   * What the installation may do in this repository. From the token in use, so usually without a call; `renewed` gets a new one,
   * because somebody may have granted more since.
   */
  permissions(options: { readonly renewed: boolean }): Promise<Permissions>;
  /**
   * The repository's settings, and the rules for its base branch and for the branches of runs; null where GitHub would not
   * say. Two calls, and one more for each ruleset that would keep Autopack from pushing.
   */
  hostFacts(baseBranch: string): Promise<HostFacts | null>;
}

/** Gives the forge of a repository, authenticated as its installation. */
export interface Forges {
  of(repository: Pick<Repository, "installationId" | "owner" | "name">): Promise<Forge>;
  /** The installation that may act in a repository now; null where there is none, or it is suspended. One call, as the app. */
  installationOf(repository: Pick<Repository, "owner" | "name">): Promise<number | null>;
  /** The app's own login (`<slug>[bot]`), so that its own events are told apart. */
  readonly botLogin: () => Promise<string>;
}
