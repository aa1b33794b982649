import type { Usage } from "./usage.ts";

/** What a run has used so far, over all its attempts. What the model gateway did not meter is as the agents report it. */
export interface Spend {
  readonly usage: Usage;
  /** Of the tokens of `usage`, in and out: those that the model gateway metered. */
  readonly meteredTokens: number;
  readonly attempts: number;
  readonly agentMs: number;
  /** Requests to GitHub's API that counted against its rate limit. */
  readonly apiCalls: number;
}
