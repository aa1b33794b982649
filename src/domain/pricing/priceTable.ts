import type { Price, Rates } from "./price.ts";

/** The day as of which the table says what providers ask. Prices change: operators override them in the policy. */
export const PRICES_AS_OF = "2026-10-24";

export interface ListedPrice extends Price {
  /** Names as providers write them, without a date: `gpt-5` also means `gpt-5-2025-08-07`. */
  readonly models: readonly string[];
  /** Where the numbers stand. */
  readonly source: string;
}

const ANTHROPIC = "https://platform.claude.com/docs/en/about-claude/pricing";
const OPENAI = "https://developers.openai.com/api/docs/pricing";
const GEMINI = "https://ai.google.dev/gemini-api/docs/pricing";

/** Above this, OpenAI asks twice as much for input and half as much again for output. */
const LARGE_INPUT = 272_000;

/** Public list prices for standard processing. Neither batch, priority nor fast processing, which the gateway does not let pass. */
export const PRICE_TABLE: readonly ListedPrice[] = [
  { ...claude(["claude-fable-5-1"], { input: 10, output: 50 }), cacheRead: 0.25 },
  claude(["claude-fable-5"], { input: 10, output: 50 }),
  { ...claude(["claude-opus-5-5"], { input: 4, output: 20 }), cacheRead: 0.2 },
  claude(["claude-opus-5", "claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-6", "claude-opus-4-5"], {
    input: 5,
    output: 25,
  }),
  claude(["claude-opus-4", "claude-opus-4-0", "claude-opus-4-1", "claude-3-opus"], { input: 15, output: 75 }),
  { ...claude(["claude-sonnet-5-5"], { input: 2, output: 10 }), cacheRead: 0.1 },
  claude(["claude-sonnet-5"], { input: 2, output: 10 }),
  claude(["claude-sonnet-4-6", "claude-3-7-sonnet", "claude-3-5-sonnet"], { input: 3, output: 15 }),
  {
    ...claude(["claude-sonnet-4", "claude-sonnet-4-0", "claude-sonnet-4-5"], { input: 3, output: 15 }),
    long: { aboveInputTokens: 200_000, rates: claudeRates({ input: 6, output: 22.5 }) },
  },
  {
    ...claude(["claude-haiku-5-5"], { input: 0.1, output: 0.5 }),
    long: { aboveInputTokens: 100_000, rates: claudeRates({ input: 0.5, output: 2.5 }) },
  },
  claude(["claude-haiku-4-5"], { input: 1, output: 5 }),
  claude(["claude-3-5-haiku"], { input: 0.8, output: 4 }),
  { ...claude(["claude-3-haiku"], { input: 0.25, output: 1.25 }), cacheRead: 0.03, cacheWrite: 0.3 },

  largeGpt(["gpt-6-astra"], { input: 10, cacheRead: 1, cacheWrite: 12.5, output: 50 }),
  largeGpt(["gpt-6.1-sol"], { input: 2, cacheRead: 0.1, cacheWrite: 2.5, output: 10 }),
  largeGpt(["gpt-6-sol"], { input: 2, cacheRead: 0.2, cacheWrite: 2.5, output: 10 }),
  largeGpt(["gpt-6-luna"], { input: 0.1, cacheRead: 0.01, cacheWrite: 0.125, output: 0.5 }),
  largeGpt(["gpt-5.6-sol"], { input: 5, cacheRead: 0.5, cacheWrite: 6.25, output: 30 }),
  largeGpt(["gpt-5.6-terra"], { input: 2, cacheRead: 0.2, cacheWrite: 2.5, output: 12 }),
  largeGpt(["gpt-5.6-luna"], { input: 0.2, cacheRead: 0.02, cacheWrite: 0.25, output: 1.2 }),
  largeGpt(["gpt-5.5"], { input: 5, cacheRead: 0.5, cacheWrite: 5, output: 30 }),
  largeGpt(["gpt-5.4"], { input: 2.5, cacheRead: 0.25, cacheWrite: 2.5, output: 15 }),
  gpt(["gpt-5.4-mini"], [0.75, 0.075, 4.5]),
  gpt(["gpt-5.4-nano"], [0.2, 0.02, 1.25]),
  gpt(["gpt-5.2", "gpt-5.2-chat", "gpt-5.2-codex", "gpt-5.3-codex"], [1.75, 0.175, 14]),
  gpt(["gpt-5.2-pro"], [21, 21, 168]),
  gpt(
    ["gpt-5", "gpt-5-chat", "gpt-5-codex", "gpt-5.1", "gpt-5.1-chat", "gpt-5.1-codex", "gpt-5.1-codex-max"],
    [1.25, 0.125, 10],
  ),
  gpt(["gpt-5-mini", "gpt-5.1-codex-mini"], [0.25, 0.025, 2]),
  gpt(["gpt-5-nano"], [0.05, 0.005, 0.4]),
  gpt(["gpt-5-pro"], [15, 15, 120]),
  gpt(["gpt-4.1"], [2, 0.5, 8]),
  gpt(["gpt-4.1-mini"], [0.4, 0.1, 1.6]),
  gpt(["gpt-4.1-nano"], [0.1, 0.025, 0.4]),
  gpt(["gpt-4o"], [2.5, 1.25, 10]),
  gpt(["gpt-4o-mini"], [0.15, 0.075, 0.6]),
  gpt(["o1"], [15, 7.5, 60]),
  gpt(["o3"], [2, 0.5, 8]),
  gpt(["o3-mini"], [1.1, 0.55, 4.4]),
  gpt(["o4-mini"], [1.1, 0.275, 4.4]),
  gpt(["codex-mini"], [1.5, 0.375, 6]),

  {
    ...gemini(["gemini-3-pro", "gemini-3.1-pro"], [2, 0.2, 12]),
    long: { aboveInputTokens: 200_000, rates: { input: 4, cacheRead: 0.4, cacheWrite: 4, output: 18 } },
  },
  gemini(["gemini-3.5-flash"], [1.5, 0.15, 9]),
  gemini(["gemini-3.1-flash-lite"], [0.25, 0.025, 1.5]),
  gemini(["gemini-3-flash"], [0.5, 0.05, 3]),
  {
    ...gemini(["gemini-2.5-pro"], [1.25, 0.125, 10]),
    long: { aboveInputTokens: 200_000, rates: { input: 2.5, cacheRead: 0.25, cacheWrite: 2.5, output: 15 } },
  },
  gemini(["gemini-2.5-flash"], [0.3, 0.03, 2.5]),
  gemini(["gemini-2.5-flash-lite"], [0.1, 0.01, 0.4]),
  gemini(["gemini-2.0-flash"], [0.1, 0.025, 0.4]),
  gemini(["gemini-2.0-flash-lite"], [0.075, 0.075, 0.3]),
];

function claude(models: readonly string[], rates: Pick<Rates, "input" | "output">): ListedPrice {
  return { models, source: ANTHROPIC, ...claudeRates(rates) };
}

/** Anthropic's multipliers: reading a cache is a tenth of the input's price, writing one 1.25 of it, for an hour twice. */
function claudeRates({ input, output }: Pick<Rates, "input" | "output">): Rates {
  return { input, cacheRead: input / 10, cacheWrite: input * 1.25, cacheWriteHour: input * 2, output };
}

function largeGpt(models: readonly string[], rates: Rates): ListedPrice {
  const { input, cacheRead, cacheWrite, output } = rates;
  const large = { input: input * 2, cacheRead: cacheRead * 2, cacheWrite: cacheWrite * 2, output: output * 1.5 };
  return { models, source: OPENAI, ...rates, long: { aboveInputTokens: LARGE_INPUT, rates: large } };
}

/** Writing to the cache of these is plain input. */
function gpt(
  models: readonly string[],
  prices: readonly [input: number, cacheRead: number, output: number],
): ListedPrice {
  const [input, cacheRead, output] = prices;
  return { models, source: OPENAI, input, cacheRead, cacheWrite: input, output };
}

/** Text; audio input costs more, and coding agents send none. */
function gemini(
  models: readonly string[],
  prices: readonly [input: number, cacheRead: number, output: number],
): ListedPrice {
  const [input, cacheRead, output] = prices;
  return { models, source: GEMINI, input, cacheRead, cacheWrite: input, output };
}
