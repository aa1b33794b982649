/**
 * What kind of work was asked for. `spec`: the documents of a specification only; `dry_run`: everything but push and open;
 * `debt`: what the repository's backlog holds, and nothing else.
 */
export type RunForm = "change" | "spec" | "dry_run" | "debt";

/** How somebody wants a run to be done, beyond the repository's configuration. It can make a run stricter, never laxer. */
export interface Wishes {
  readonly form: RunForm;
  /** Hold every phase to the strict profile. */
  readonly strict: boolean;
  /** The branch to build on; null: the configuration's. */
  readonly base: string | null;
  /** A name under `agents.alternatives` of the configuration, to be the Builder; null: the Builder's own. */
  readonly agent: string | null;
}

export const NO_WISHES: Wishes = { form: "change", strict: false, base: null, agent: null };
