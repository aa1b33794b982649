import type { AttemptId } from "../ids.ts";
import type { ModelRef } from "../settings.ts";

/** One call of a model, as metered on the wire. Tokens are the provider's own count. */
export interface ModelCall {
  readonly attemptId: AttemptId;
  /** From 1, in the order in which calls began. */
  readonly number: number;
  /** Who answered: after a failover not who was asked. */
  readonly answered: ModelRef;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** HTTP status that the agent was given. */
  readonly status: number;
  /** All input, cached and written to the cache included. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** All output, reasoning included. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** By the price table; null for a model that has no price. */
  readonly costUsd: number | null;
  /** Times it was tried again, here or elsewhere, before this answer. */
  readonly retries: number;
  /** The answer broke off before the provider said what it used: tokens are estimated, never less than what was seen. */
  readonly isEstimated: boolean;
}
