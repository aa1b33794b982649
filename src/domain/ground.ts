/** Something about a repository that will get in a run's way, found before a token is spent. */
export interface GroundNote {
  /** A stable word: `permissions`, `signed_commits`, `linear_history`, `required_checks`, `merge_method`, `ci_start` … */
  readonly name: string;
  /** `blocks`: the run could not end well, and is not begun. */
  readonly level: "blocks" | "warns";
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What GitHub itself asks of a change of the base branch: branch protection and rulesets together. */
export interface BranchRules {
  /** Names of checks and statuses that must be green. */
  readonly requiredChecks: readonly string[];
  readonly requiredApprovals: number;
  readonly codeOwnerReview: boolean;
  readonly dismissStaleReviews: boolean;
  readonly conversationResolution: boolean;
  readonly signedCommits: boolean;
  readonly linearHistory: boolean;
  readonly mergeQueue: boolean;
  /** Null: whatever the repository allows. */
  readonly mergeMethods: readonly ("merge" | "squash" | "rebase")[] | null;
}

/** Who owns which of the changed paths, by the base's CODEOWNERS. */
export interface CodeOwner {
  readonly owner: string;
  /** At most the first ten of the changed paths that are theirs. */
  readonly paths: readonly string[];
}

/** What was found out about the repository for one run. */
export interface Ground {
  /** Null when GitHub would not say: the app lacks a permission, or the host is too old. */
  readonly rules: BranchRules | null;
  readonly codeOwners: readonly CodeOwner[];
  readonly notes: readonly GroundNote[];
}
