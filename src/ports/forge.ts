import type { CheckRun } from "../domain/checkRun.ts";
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

export type MergeOutcome =
  | { readonly kind: "merged"; readonly sha: Sha }
  | { readonly kind: "head_moved" }
  | { readonly kind: "refused"; readonly message: string };

/**
 * What Autopack asks of GitHub, for one repository. Every method is one API call unless it says otherwise, throws a
 * `Failure` that carries the retry instruction, and is never retried behind the caller's back: a write whose answer was
 * lost may have taken effect, and only the caller knows how to look.
 */
export interface Forge {
  /** Asked live; `none` for strangers. */
  roleOf(login: string): Promise<Role>;
  createComment(issueNumber: number, body: string): Promise<number>;
  updateComment(commentId: number, body: string): Promise<UpdateOutcome>;
  /** Searches Autopack's own comments of an issue for a hidden marker. Pages through: several calls. */
  findComment(issueNumber: number, marker: string): Promise<number | null>;
  /** The same reaction twice is one; a comment that is gone is fine. */
  react(commentId: number, reaction: Reaction): Promise<void>;
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
  /** Merges only while the head is still `sha`. */
  mergePull(pull: {
    readonly number: number;
    readonly sha: Sha;
    readonly method: "merge" | "squash" | "rebase";
    readonly title: string;
  }): Promise<MergeOutcome>;
}

/** Gives the forge of a repository, authenticated as its installation. */
export interface Forges {
  of(repository: Pick<Repository, "installationId" | "owner" | "name">): Promise<Forge>;
  /** The app's own login (`<slug>[bot]`), so that its own events are told apart. */
  readonly botLogin: () => Promise<string>;
}
