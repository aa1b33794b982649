import { retryDelaySeconds } from "../acceptance/retryDelaySeconds.ts";
import type { AttemptFailure } from "../attempt.ts";

/** The longest a provider's own Retry-After is believed, in seconds. */
const MAX_RETRY_AFTER_SECONDS = 3600;

/** Waits after which a rate limit is a standing one, and somebody has to see to it. */
const MAX_WAITS = 30;

/**
 * How long an attempt waits for a rate limit before it goes on: as long as the provider asks, else 1 s × 2ⁿ, at most 60 s. Null
 * when it has waited often enough.
 */
export function rateLimitSeconds({ retryAfterSeconds }: AttemptFailure, waits: number): number | null {
  if (waits >= MAX_WAITS) return null;
  const asked = retryAfterSeconds ?? retryDelaySeconds({ kind: "exponential" }, waits, 0);
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(asked)));
}
