import { describe, expect, test } from "vitest";
import type { Shortage } from "../../src/domain/budget/budget.ts";
import type { Estimate, Quote } from "../../src/domain/budget/quote.ts";
import { quoteLine } from "../../src/projections/quoteLine.ts";
import { shortageLine } from "../../src/projections/shortageLine.ts";

const BASE: Shortage = { level: "phase", measure: "tokens", cap: 500_000, spent: 512_331, missing: 62_331 };

test.each<[Partial<Shortage>, string]>([
  [{}, "The phase's budget of 500,000 tokens is used up (512,331 tokens spent): `/autopack budget +63000` goes on."],
  [
    { level: "run", spent: 500_000, reserved: 200_000, missing: 50_000 },
    "The run's budget of 500,000 tokens is used up (300,000 tokens spent, 200,000 tokens reserved by work under way): `/autopack resume` goes on when that has ended, `/autopack budget +50000` at once.",
  ],
  [
    { level: "day", measure: "cost_usd", cap: 20, spent: 20.314, missing: 0.314001 },
    "The repository's budget of a day (UTC) of $20.00 is used up ($20.31 spent): `/autopack resume` goes on tomorrow.",
  ],
  [
    { level: "issue", measure: "cost_usd", cap: 20, spent: 20.314, missing: 1.004 },
    "The issue's budget, over all its runs, of $20.00 is used up ($20.31 spent): `/autopack budget cost_usd=+1.01` goes on.",
  ],
  [
    { level: "tier", measure: "ci_runs", cap: 4, spent: 4, missing: 1 },
    "The tier's budget of 4 CI runs is used up (4 CI runs spent): `/autopack budget ci_runs=+1` goes on.",
  ],
  [
    { level: "run", measure: "seconds", cap: 7200, spent: 7300.25, missing: 280.25 },
    "The run's budget of 7,200 s is used up (7,300.25 s spent): `/autopack budget seconds=+281` goes on.",
  ],
  [
    { level: "attempt", measure: "turns", cap: 0, spent: 0, missing: 5 },
    "An attempt's budget of 0 turns is used up (0 turns spent): no attempt is possible; a new run takes a changed configuration.",
  ],
])("a shortage says what happened and what it takes to go on: %o", (more, line) => {
  expect(shortageLine({ ...BASE, ...more })).toBe(line);
});

function figures(p50: number, p90: number, cost: number): Estimate {
  return {
    tokens: { p50, p90 },
    costUsd: { p50: cost, p90: cost * 2 },
    seconds: { p50: 1200, p90: 4980 },
  };
}

function quote(total: Estimate, sources: readonly ("history" | "table")[]): Quote {
  return { total, phases: sources.map((source, index) => ({ ordinal: index + 1, source, estimate: total })) };
}

describe("a quote", () => {
  test.each<[Quote, string]>([
    [
      quote(figures(351_234, 812_345, 2.1), ["history", "history"]),
      "about 351,000 tokens, $2.10, 20 min 0 s of agents and checks, in 9 of 10 cases at most 812,000 tokens, $4.20, 1 h 23 min of agents and checks (by finished phases like these)",
    ],
    [
      quote(figures(700_000, 700_000, 0), ["table", "table"]),
      "at most 700,000 tokens, 1 h 23 min of agents and checks (by the caps: too few finished phases to estimate from)",
    ],
    [
      quote(figures(0, 0, 0), ["history", "table", "table"]),
      "about 20 min 0 s of agents and checks, in 9 of 10 cases at most 1 h 23 min of agents and checks (by finished phases like these for 1 of 3, by their caps for the others)",
    ],
  ])("is one line", (given, line) => {
    expect(quoteLine(given)).toBe(line);
  });
});
