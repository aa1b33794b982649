import type { BranchRules } from "../ground.ts";
import type { PromotionSettings } from "../settings.ts";

/** By GitHub's names: `contents`, `pull_requests` … */
export type Permissions = Readonly<Record<string, string>>;

/** What GitHub says of a repository before anything is done in it. */
export interface HostFacts {
  readonly archived: boolean;
  /** By the repository's settings; the branch's rules may leave fewer. */
  readonly mergeMethods: readonly PromotionSettings["method"][];
  /** Whether the repository's settings allow GitHub's own auto-merge. */
  readonly autoMergeAllowed: boolean;
  /** The base branch takes no change at all. */
  readonly locked: boolean;
  readonly rules: BranchRules;
  /** Types of the rules for `autonomous/*` that the app cannot bypass. */
  readonly runBranchRules: readonly string[];
}

/** A workflow of GitHub Actions on the base, as far as its start is concerned. */
export interface WorkflowFacts {
  readonly path: string;
  /** Names under which its jobs report. */
  readonly jobs: readonly string[];
  /** Whether it starts for a push to a run's branch, or for its pull request. */
  readonly starts: boolean;
}

/** Everything that is known of the ground a run will be built on. */
export interface GroundFacts {
  /** Null where they could not be read. */
  readonly permissions: Permissions | null;
  /** Null where GitHub would not say. */
  readonly host: HostFacts | null;
  readonly baseBranch: string;
  readonly workflows: readonly WorkflowFacts[];
  /** Configurations of other CI services that are in the repository. */
  readonly otherCi: readonly string[];
  readonly promotion: PromotionSettings;
  /** Names and globs of the checks that the run waits for. */
  readonly awaited: readonly string[];
  /** A dry run pushes nothing and opens no pull request. */
  readonly dryRun: boolean;
}
