/** What one answer used. As the metering has it: input with all that was cached, output with all reasoning. */
export interface Tokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export const NO_TOKENS: Tokens = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

export function addTokens(left: Tokens, right: Tokens): Tokens {
  return {
    input: left.input + right.input,
    cacheRead: left.cacheRead + right.cacheRead,
    cacheWrite: left.cacheWrite + right.cacheWrite,
    output: left.output + right.output,
    reasoning: left.reasoning + right.reasoning,
  };
}

/** The use of the n-th answer, from 1. No two sums of a few of them are alike, so equal totals mean that every call was counted. */
export function tokensOf(number: number): Tokens {
  const cacheRead = 101 + 17 * number * number;
  const cacheWrite = 53 + 29 * number;
  const reasoning = 7 + 3 * number * number;
  return {
    input: 1009 + 211 * number + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output: 83 + 31 * number + reasoning,
    reasoning,
  };
}
