import type { Usage } from "./usage.ts";

/** What a run has used so far, over all its attempts. Usage is as the agents report it. */
export interface Spend {
  readonly usage: Usage;
  readonly attempts: number;
  readonly agentMs: number;
  /** Requests to GitHub's API that counted against its rate limit. */
  readonly apiCalls: number;
}
