/** What can be seen of the demo's end from outside: by git, and by GitHub's API as a person sees it. */
export interface Facts {
  readonly git: GitFacts;
  readonly view: ViewFacts;
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

/** What the demo must come to. */
export interface Expected {
  readonly base: string;
  readonly phases: readonly { readonly title: string; readonly files: readonly string[] }[];
  readonly checks: readonly string[];
  readonly label: string;
  readonly tryout: string;
}
