import type { RetryPolicy } from "./acceptance.ts";

/** Seconds before the first retry, and the longest that any has to wait: the domain rules. */
const BASE_SECONDS = 1;
const MAX_SECONDS = 60;
/** How far the jitter reaches either way, so that phases that failed together do not come back together. */
const JITTER = 0.1;

/**
 * Seconds to wait before retry `n`, from 0. `jitter` is a random number from -1 to 1, made by the caller.
 *
 * `exponential` doubles from 1 s; `fixed` is 1 s each time. Never more than 60 s, the jitter included.
 */
export function retryDelaySeconds(policy: Pick<RetryPolicy, "kind">, n: number, jitter: number): number {
  const spread = 1 + JITTER * Math.min(1, Math.max(-1, jitter));
  switch (policy.kind) {
    case "none":
      return 0;
    case "fixed":
      return BASE_SECONDS * spread;
    case "exponential":
      return Math.min(MAX_SECONDS, Math.min(MAX_SECONDS, BASE_SECONDS * 2 ** Math.max(0, n)) * spread);
  }
}
