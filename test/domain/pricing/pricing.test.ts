import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capReached, sayReachedCap } from "../../../src/domain/pricing/capReached.ts";
import { namePatternMatches } from "../../../src/domain/pricing/namePattern.ts";
import { costOf } from "../../../src/domain/pricing/price.ts";
import { priceOf } from "../../../src/domain/pricing/priceOf.ts";
import { PRICE_TABLE } from "../../../src/domain/pricing/priceTable.ts";
import { NO_TOKENS } from "../../../src/domain/pricing/tokenCount.ts";

const price = (input: number) => ({ input, output: 1, cacheRead: 1, cacheWrite: 1 });
const inputPrice = (model: string, provider = "x") => priceOf({ provider, model }, [])?.input ?? null;

describe("a model's price", () => {
  test.each([
    ["claude-sonnet-4-5", 3],
    ["claude-sonnet-4-5-20250929", 3],
    ["claude-sonnet-4-20250514", 3],
    ["claude-opus-4-1-20250805", 15],
    ["claude-opus-4-5", 5],
    ["claude-opus-5-5", 4],
    ["gpt-6.1-sol", 2],
    ["gpt-5.5-2026-04-24", 5],
    ["claude-haiku-4-5@20251001", 1],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", 3],
    ["anthropic/claude-3-5-haiku-latest", 0.8],
    ["gpt-5-2025-08-07", 1.25],
    ["gpt-5-mini", 0.25],
    ["gpt-5-codex", 1.25],
    ["gpt-4.1-nano-2025-04-14", 0.1],
    ["gemini-2.5-flash", 0.3],
    ["gemini-2.5-flash-lite-preview-09-2025", 0.1],
    ["gemini-3-pro-preview", 2],
    ["models/gemini-2.5-pro", 1.25],
  ])("%s costs %s", (model, costs) => {
    expect(inputPrice(model)).toBe(costs);
  });

  test.each([
    "gpt-5.9",
    "claude-opus-4-9",
    "gpt-5-huge",
    "gpt",
    "",
    "claude-sonnet-4-5-evil",
    "llama-4",
    "-",
    "constructor",
  ])("%s has none: a newer model is no version of an older one", (model) => {
    expect(inputPrice(model)).toBeNull();
  });

  test("is the operator's first, by the most exact pattern", () => {
    const overrides = [
      { pattern: "*", price: price(1) },
      { pattern: "azure/*", price: price(2) },
      { pattern: "azure/gpt-5", price: price(3) },
      { pattern: "azure/gpt-5*", price: price(4) },
    ];
    const of = (name: string) =>
      priceOf({ provider: name.split("/")[0] ?? "", model: name.split("/")[1] ?? "" }, overrides)?.input;
    expect(["azure/gpt-5", "azure/gpt-5-mini", "azure/o3", "openai/gpt-5"].map(of)).toEqual([3, 4, 2, 1]);
  });

  test("stands once in the table, and says where it is from", () => {
    const models = PRICE_TABLE.flatMap((entry) => entry.models);
    expect(new Set(models).size).toBe(models.length);
    for (const { source, input, output, cacheRead } of PRICE_TABLE) {
      expect(source).toMatch(/^https:\/\//);
      expect(output).toBeGreaterThan(input);
      expect(cacheRead).toBeLessThanOrEqual(input);
    }
  });
});

test("a call's cost is in whole millionths, and never less than the sum of its parts", () => {
  const rates = { input: 3, cacheRead: 0.3, cacheWrite: 3.75, cacheWriteHour: 6, output: 15 };
  expect(costOf(NO_TOKENS, rates)).toBe(0);
  expect(costOf({ ...NO_TOKENS, inputTokens: 1_000_000 }, rates)).toBe(3);
  expect(costOf({ ...NO_TOKENS, inputTokens: 1000, cacheReadTokens: 1000 }, rates)).toBe(0.0003);
  expect(costOf({ ...NO_TOKENS, inputTokens: 1000, cacheWriteTokens: 1000, cacheWriteHourTokens: 400 }, rates)).toBe(
    0.00465,
  );
  expect(costOf({ ...NO_TOKENS, inputTokens: 1, cacheReadTokens: 1 }, rates)).toBe(0.000001);
  const long = { ...rates, long: { aboveInputTokens: 200_000, rates: { ...rates, input: 6, output: 22.5 } } };
  expect(costOf({ ...NO_TOKENS, inputTokens: 200_000 }, long)).toBe(0.6);
  expect(costOf({ ...NO_TOKENS, inputTokens: 300_000, outputTokens: 1000 }, long)).toBe(1.8225);
  const tokens = fc.nat({ max: 1_000_000 });
  fc.assert(
    fc.property(tokens, tokens, tokens, (input, read, output) => {
      const cost = costOf(
        { ...NO_TOKENS, inputTokens: input + read, cacheReadTokens: read, outputTokens: output },
        rates,
      );
      const exact = (input * 3 + read * 0.3 + output * 15) / 1_000_000;
      expect(cost).toBeGreaterThanOrEqual(exact - 1e-9);
      expect(cost).toBeLessThan(exact + 0.000_001 + 1e-9);
    }),
  );
});

test("a pattern matches as the regular expression of it would", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (pattern, name) => {
      const source = pattern
        .split("*")
        .map((part) => part.replaceAll("/", String.raw`\/`))
        .join(".*");
      expect(namePatternMatches(pattern, name)).toBe(new RegExp(`^${source}$`, "s").test(name));
    }),
    { numRuns: 2000 },
  );
});

test("a cap is reached when nothing is left of it, and is said with its figures", () => {
  expect(capReached("run", {}, { tokens: 9 })).toBeNull();
  expect(capReached("run", { tokens: 10, cost_usd: 1 }, { tokens: 9, cost_usd: 0.999_999 })).toBeNull();
  const reached = capReached("run", { tokens: 10, cost_usd: 1 }, { tokens: 9, cost_usd: 1 });
  expect(reached).toEqual({ level: "run", measure: "cost_usd", cap: 1, used: 1 });
  if (reached === null) throw new Error("not reached");
  expect(sayReachedCap(reached)).toContain("The budget of this run is used up: $1.00 of $1.00 (cost_usd).");
  expect(sayReachedCap({ level: "day", measure: "tokens", cap: 1_234_567, used: 2_000_000 })).toContain(
    "2,000,000 tokens of 1,234,567 tokens",
  );
});
