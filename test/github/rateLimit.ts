export interface RateLimit {
  /** Spends what is left: requests answer 403 until the given number of seconds has passed, or `restore`. */
  exhaust(resetInSeconds?: number): void;
  restore(): void;
}

export interface RateLimitState extends RateLimit {
  /** Counts one request; false when there was none left. */
  spend(): boolean;
  /** GitHub does not count answers of 304. */
  giveBack(): void;
  headers(): Readonly<Record<string, string>>;
  json(): unknown;
}

const windowMs = 60 * 60 * 1000;

/** GitHub's primary rate limit, one for all callers of a world. */
export function createRateLimit(limit: number): RateLimitState {
  let used = 0;
  let resetAt = Date.now() + windowMs;

  function renew(): void {
    if (Date.now() < resetAt) return;
    used = 0;
    resetAt = Date.now() + windowMs;
  }
  const seconds = (): number => Math.ceil(resetAt / 1000);
  const remaining = (): number => Math.max(limit - used, 0);

  return {
    exhaust(resetInSeconds = 3600) {
      used = limit;
      resetAt = Date.now() + resetInSeconds * 1000;
    },
    restore: () => void (used = 0),
    spend() {
      renew();
      if (used >= limit) return false;
      used += 1;
      return true;
    },
    giveBack: () => void (used = Math.max(used - 1, 0)),
    headers: () => ({
      "X-RateLimit-Limit": String(limit),
      "X-RateLimit-Remaining": String(remaining()),
      "X-RateLimit-Used": String(used),
      "X-RateLimit-Reset": String(seconds()),
      "X-RateLimit-Resource": "core",
    }),
    json() {
      const core = { limit, remaining: remaining(), used, reset: seconds() };
      return { resources: { core, graphql: core, search: core }, rate: core };
    },
  };
}
