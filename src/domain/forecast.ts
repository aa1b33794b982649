import type { RunId } from "./ids.ts";

/** That a run's branch, as it is now, would not merge with something that is to be merged beside it. */
export interface Forecast {
  readonly with: "base" | { readonly runId: RunId; readonly issueNumber: number };
  readonly paths: readonly string[];
}
