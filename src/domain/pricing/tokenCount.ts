/** Tokens of one model call, as providers count them, in one shape for all of them. */
export interface TokenCount {
  /** All input: what was read from a cache and written to one included. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** The part of `cacheWriteTokens` that is kept for an hour, which costs more. */
  readonly cacheWriteHourTokens: number;
  /** All output: reasoning included. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export const NO_TOKENS: TokenCount = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteHourTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};
