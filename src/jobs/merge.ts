import type { Sha } from "../domain/ids.ts";
import type { PullRequest, Run } from "../domain/run.ts";
import type { Forge } from "../ports/forge.ts";

/** A run whose pull request is to be merged while its head is still this one. */
export interface Merge {
  readonly run: Run;
  readonly pull: PullRequest;
  readonly head: Sha;
  readonly forge: Forge;
}
