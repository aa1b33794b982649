import type { Reading } from "../domain/change.ts";
import type { Sha, TreeId } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";

/** A work tree made for one use. What an agent leaves in it is data: no git command ever runs with its `.git`. */
export interface Checkout {
  /** The work tree, to be bound into a sandbox. */
  readonly path: string;
  /** The mirror its objects come from, to be bound read-only beside it at the same path. */
  readonly mirrorPath: string;
  /** Lists what differs from the base, without storing anything. Files over `maxFileBytes` are listed, not read. */
  read(options: { readonly maxFileBytes: number }): Promise<Reading>;
  /** Stores the tree as it stands and gives its difference from the base. Only for a reading that was judged fit. */
  capture(): Promise<{ readonly tree: TreeId; readonly patch: Uint8Array }>;
  /** Removes it from disk. Safe to repeat. */
  dispose(): Promise<void>;
}

export type ApplyOutcome =
  | { readonly kind: "applied"; readonly tree: TreeId }
  | { readonly kind: "conflict"; readonly paths: readonly string[] };

export interface WholeChange {
  readonly patch: Uint8Array;
  readonly filesChanged: number;
  readonly linesAdded: number;
  readonly linesDeleted: number;
}

/** What jobs may ask of the target repository. Paths and refs are never taken from an agent unjudged. */
export interface Git {
  /** Brings the local mirror up to date with the remote; makes it when it is missing or broken. */
  fetch(repository: Repository): Promise<void>;
  /** Whether the mirror has these commits and trees, so that work on them can do without a fetch. */
  has(repository: Repository, ids: readonly (Sha | TreeId)[]): Promise<boolean>;
  /** The tip of `branch` in the mirror, as of the last fetch. */
  tip(repository: Repository, branch: string): Promise<Sha | null>;
  /** The tip of `branch` read from the remote itself. */
  remoteTip(repository: Repository, branch: string): Promise<Sha | null>;
  /** A text file of a commit; null when it is not there, is not a file, or is larger than 1 MiB. */
  readFile(repository: Repository, at: { readonly sha: Sha; readonly path: string }): Promise<string | null>;
  /** Paths of all files of a commit under a folder. */
  listFiles(repository: Repository, at: { readonly sha: Sha; readonly under: string }): Promise<readonly string[]>;
  /**
   * A fresh work tree of `commit`. `tree` (default: the commit's own) is what lies in it, so that differences from
   * the commit show as uncommitted work.
   */
  checkout(repository: Repository, at: { readonly commit: Sha; readonly tree?: TreeId }): Promise<Checkout>;
  /** Puts a stored patch (made against `base`) onto another commit: a three-way merge, in the object store only. */
  apply(
    repository: Repository,
    patch: { readonly bytes: Uint8Array; readonly base: Sha; readonly onto: Sha },
  ): Promise<ApplyOutcome>;
  /** The tree that merging two commits gives. */
  merge(repository: Repository, sides: { readonly ours: Sha; readonly theirs: Sha }): Promise<ApplyOutcome>;
  treeOf(repository: Repository, sha: Sha): Promise<TreeId>;
  isAncestor(repository: Repository, pair: { readonly ancestor: Sha; readonly of: Sha }): Promise<boolean>;
  countCommits(repository: Repository, range: { readonly from: Sha; readonly to: Sha }): Promise<number>;
  /** Paths of the files that differ between what two commits have in common and the second: at most 3000 of them. */
  changedPaths(repository: Repository, range: { readonly from: Sha; readonly to: Sha }): Promise<readonly string[]>;
  /** The difference of two trees as text for people and Auditors, cut at `maxBytes`. */
  diff(
    repository: Repository,
    range: { readonly from: Sha; readonly to: TreeId; readonly maxBytes: number },
  ): Promise<string>;
  /** The difference of two commits as one patch (`git diff --binary`), with its measure. */
  change(repository: Repository, range: { readonly from: Sha; readonly to: Sha }): Promise<WholeChange>;
  /** Writes a commit. The same arguments give the same SHA, so a repeat is harmless. `at` is an ISO time. */
  commit(
    repository: Repository,
    commit: { readonly tree: TreeId; readonly parent: Sha; readonly message: string; readonly at: string },
  ): Promise<Sha>;
  /**
   * Moves `branch` to `sha` only while the remote still has it at `expected` (null: it does not exist), and reads the
   * remote back. Already there is `moved`, so a repeat is harmless.
   */
  push(
    repository: Repository,
    to: { readonly branch: string; readonly sha: Sha; readonly expected: Sha | null },
  ): Promise<{ readonly kind: "moved" } | { readonly kind: "conflict"; readonly actual: Sha | null }>;
  /**
   * Keeps a commit in the mirror under a run's id, where no fetch takes it away and no push shows it: for work that is not to
   * be seen on the remote. Keeping it again, or a later one instead, is harmless.
   */
  keep(repository: Repository, at: { readonly name: string; readonly sha: Sha }): Promise<void>;
  /** Gives up what is kept under a run's id. Nothing there is fine. */
  forget(repository: Repository, name: string): Promise<void>;
  /** Deletes a branch while it is at `expected`; already gone is fine, moved on is left alone (false). */
  deleteBranch(repository: Repository, at: { readonly branch: string; readonly expected: Sha }): Promise<boolean>;
}
