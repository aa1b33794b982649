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
  /**
   * Lays out what a patch makes of the base, in place of the tree as it is now. The patch is untrusted: `unfit` says what is wrong
   * with one that does not apply, or that is far larger than it looks. Nothing has changed then.
   */
  place(patch: Uint8Array): Promise<{ readonly kind: "placed" } | { readonly kind: "unfit"; readonly message: string }>;
  /** Removes it from disk. Safe to repeat. */
  dispose(): Promise<void>;
}

/** Which files, by globs in any case of letters, are to be as `from` has them; what `from` lacks is not there. */
export interface RestoreOrder {
  readonly from: Sha;
  readonly globs: readonly string[];
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

/** A file of a change with its text on both sides. Null: it is not there, or is not text. Lines count from 1. */
export interface TextChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly removed: ReadonlySet<number>;
  readonly added: ReadonlySet<number>;
}

export interface TextChanges {
  /** In order of path. Symlinks and submodules are left out. */
  readonly files: readonly TextChange[];
  /** Paths that were not read, because the whole is too large: nobody has looked at them. */
  readonly unread: readonly string[];
}

/** What an earlier commit did to one file, as lines without their places. */
export interface PastPatch {
  readonly sha: Sha;
  readonly path: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
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
  /** A text file of a commit or tree; null when it is not there, is not a file, or is larger than 1 MiB. */
  readFile(repository: Repository, at: { readonly sha: Sha | TreeId; readonly path: string }): Promise<string | null>;
  /** Paths of all files of a commit under a folder. */
  listFiles(repository: Repository, at: { readonly sha: Sha; readonly under: string }): Promise<readonly string[]>;
  /**
   * A fresh work tree of `commit`. `tree` (default: the commit's own) is what lies in it, so that differences from
   * the commit show as uncommitted work.
   *
   * `restore`: files that are laid out as another commit has them, whatever the tree says. As long as nobody touches them, a
   * reading takes them for the commit's own.
   */
  checkout(
    repository: Repository,
    at: { readonly commit: Sha; readonly tree?: TreeId; readonly restore?: RestoreOrder },
  ): Promise<Checkout>;
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
  /** The files that differ between two trees, with their text; of more than `maxBytes` in all, the first. */
  changedFiles(
    repository: Repository,
    range: { readonly from: Sha; readonly to: Sha | TreeId; readonly maxBytes: number },
  ): Promise<TextChanges>;
  /** What the last `maxCommits` commits before and at `at` did to these files, the newest first. Cut at 4 MiB. */
  pastPatches(
    repository: Repository,
    of: { readonly at: Sha; readonly paths: readonly string[]; readonly maxCommits: number },
  ): Promise<readonly PastPatch[]>;
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
