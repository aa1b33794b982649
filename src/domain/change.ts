/** One path an agent left different from the base, as read from disk without trusting it. */
export interface Change {
  /** As found: relative, `/`-separated, not yet judged. */
  readonly path: string;
  readonly status: "added" | "modified" | "deleted";
  readonly kind: "file" | "executable" | "symlink" | "submodule" | "other";
  readonly sizeBytes: number;
  readonly binary: boolean;
  /** Where a symlink points, else null. */
  readonly linkTarget: string | null;
  readonly linesAdded: number;
  readonly linesDeleted: number;
}

/** What a checkout looks like after an agent had it. */
export interface Reading {
  readonly changes: readonly Change[];
  /** Files of `.git` that could have run code or redirected a later git command, and that the agent changed. */
  readonly tampered: readonly string[];
}
