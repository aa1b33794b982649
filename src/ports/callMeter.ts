import type { ApiCallCount } from "../domain/apiRequest.ts";

/** Tells what a piece of work asked of GitHub's API. */
export interface CallMeter {
  /** Does the work, and counts the requests that it and everything it awaits send from this process. */
  during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly count: ApiCallCount }>;
}
