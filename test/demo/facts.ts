/** What can be seen of the demo's end from outside: by git, by GitHub's API as a person sees it, and in the database. */
export interface Facts {
  readonly git: GitFacts;
  readonly view: ViewFacts;
  readonly record: RecordFacts;
}

export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly subject: string;
  readonly run: string;
  readonly phase: string;
  readonly attempt: string;
  /** Paths it changes; empty for a merge. */
  readonly files: readonly string[];
}

/** Read from a fresh clone of the base branch. */
export interface GitFacts {
  /** All there are, newest first. */
  readonly commits: readonly Commit[];
  /** The project's own tests, run in the clone. */
  readonly tests: { readonly exitCode: number | null; readonly output: string };
  /** What the finished program prints when it is asked for what the issue asked for. */
  readonly tryout: string;
}

export interface PullFacts {
  readonly number: number;
  readonly url: string;
  readonly state: string;
  readonly merged: boolean;
  readonly draft: boolean;
  readonly base: string;
  readonly headRef: string;
  readonly headSha: string;
  readonly mergeSha: string | null;
}

export interface CheckFacts {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
}

/** Read through the REST API. */
export interface ViewFacts {
  readonly branches: readonly string[];
  readonly pulls: readonly PullFacts[];
  /** On the head of the first pull request. */
  readonly checks: readonly CheckFacts[];
  readonly issue: { readonly state: string; readonly labels: readonly string[] };
  /** Bodies of the comments on the issue. */
  readonly comments: readonly string[];
}

export interface TierFacts {
  readonly title: string;
  readonly state: string;
  readonly cleanliness: string | null;
}

export interface WaveFacts {
  /** Ordinals of its phases. */
  readonly phases: readonly number[];
  readonly state: string;
  /** The most Builders that were at work at one moment. */
  readonly sideBySide: number;
}

export interface PhaseFacts {
  readonly title: string;
  readonly state: string;
  /** The commit that it became. */
  readonly sha: string | null;
  readonly failures: number;
  readonly revisions: number;
  readonly builders: number;
  /** Validators that had passed when it landed. */
  readonly validators: number;
}

export interface BacklogFacts {
  readonly title: string;
  readonly path: string | null;
  readonly severity: string;
  readonly status: string;
}

/** Read from the tables, without Autopack's own code. */
export interface RecordFacts {
  readonly run: { readonly id: string; readonly state: string };
  readonly tiers: readonly TierFacts[];
  readonly waves: readonly WaveFacts[];
  readonly phases: readonly PhaseFacts[];
  /** By the ledger: all that its agents used. */
  readonly spend: { readonly tokens: number; readonly costUsd: number };
  /** The repository's. */
  readonly backlog: readonly BacklogFacts[];
}

export interface ExpectedPhase {
  readonly title: string;
  readonly files: readonly string[];
  /** Tries that did not pass, and revisions the Auditor asked for. */
  readonly failures: number;
  readonly revisions: number;
  readonly validators: number;
}

/** What the demo must come to. */
export interface Expected {
  readonly base: string;
  /** Their titles. All end clean. */
  readonly tiers: readonly string[];
  /** Ordinals of their phases, which land in any order within a wave. */
  readonly waves: readonly (readonly number[])[];
  readonly phases: readonly ExpectedPhase[];
  readonly backlog: readonly BacklogFacts[];
  readonly checks: readonly string[];
  readonly label: string;
  readonly tryout: string;
  /** Which files, how many tries and what is noticed on the way is as it comes. */
  readonly isFree: boolean;
}
