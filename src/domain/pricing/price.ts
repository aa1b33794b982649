import type { TokenCount } from "./tokenCount.ts";

/** US dollars for a million tokens. */
export interface Rates {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** For what is kept for an hour. Absent: as `cacheWrite`. */
  readonly cacheWriteHour?: number;
  readonly output: number;
}

export interface Price extends Rates {
  /** The rates of a whole call whose input is above a size, where those are others. */
  readonly long?: { readonly aboveInputTokens: number; readonly rates: Rates };
}

/** What a call costs in US dollars, in whole millionths, rounded up: many small calls must not come to nothing. */
export function costOf(tokens: TokenCount, price: Price): number {
  const rates = price.long !== undefined && tokens.inputTokens > price.long.aboveInputTokens ? price.long.rates : price;
  const fresh = Math.max(0, tokens.inputTokens - tokens.cacheReadTokens - tokens.cacheWriteTokens);
  const writtenShort = Math.max(0, tokens.cacheWriteTokens - tokens.cacheWriteHourTokens);
  const micros =
    fresh * rates.input +
    tokens.cacheReadTokens * rates.cacheRead +
    writtenShort * rates.cacheWrite +
    tokens.cacheWriteHourTokens * (rates.cacheWriteHour ?? rates.cacheWrite) +
    tokens.outputTokens * rates.output;
  return Math.ceil(Math.max(0, micros - TOLERANCE)) / 1_000_000;
}

/** Far more than floating point is off by, and far less than a millionth of a dollar. */
const TOLERANCE = 0.001;
