import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimate } from "../../../src/domain/budget/estimate.ts";
import type { PastPhase } from "../../../src/domain/budget/quote.ts";
import { plannedPhase, strategy } from "../runFixture.ts";

function past(tokens: number, more: Partial<PastPhase> = {}): PastPhase {
  return { category: "docs", complexity: null, tokens, costUsd: tokens / 1000, seconds: tokens / 10, ...more };
}

function pasts(count: number, more: Partial<PastPhase> = {}): readonly PastPhase[] {
  return Array.from({ length: count }, (_, index) => past((index + 1) * 100, more));
}

const DOCS = plannedPhase("Write", { category: "docs" });

describe("a phase", () => {
  test("is estimated from finished phases of its category and complexity", () => {
    const history = [
      ...pasts(10),
      ...pasts(10, { complexity: "high", tokens: 9 }),
      ...pasts(10, { category: "tests" }),
    ];
    const { phases } = estimate(history, { strategy: strategy(), phases: [DOCS] });
    expect(phases).toEqual([
      {
        ordinal: 1,
        source: "history",
        estimate: {
          tokens: { p50: 500, p90: 900 },
          costUsd: { p50: 0.5, p90: 0.9 },
          seconds: { p50: 50, p90: 90 },
        },
      },
    ]);
  });

  test("from its category alone where too few are as complex", () => {
    const history = [...pasts(4), past(1000, { complexity: "high" })];
    const { phases } = estimate(history, { strategy: strategy(), phases: [DOCS] });
    expect(phases[0]).toMatchObject({ source: "history", estimate: { tokens: { p50: 300, p90: 1000 } } });
  });

  test("from the caps where there are four of its kind", () => {
    const { phases } = estimate(pasts(4), { strategy: strategy(), phases: [DOCS] });
    expect(phases).toEqual([
      {
        ordinal: 1,
        source: "table",
        estimate: {
          tokens: { p50: 200_000, p90: 200_000 },
          costUsd: { p50: 0, p90: 0 },
          seconds: { p50: 1800, p90: 1800 },
        },
      },
    ]);
  });

  test("under whatever name of its category", () => {
    const history = pasts(5, { category: "schema_change" });
    const phases = [plannedPhase("Migrate", { category: "schema_contract_change" })];
    expect(estimate(history, { strategy: strategy(), phases }).phases[0]?.source).toBe("history");
  });
});

describe("the total", () => {
  const phase = fc.record({ tokens: fc.nat(1_000_000), category: fc.constantFrom("docs", "tests", "debt_cleanup") });

  test("lies between the sums of the p50s and of the p90s, and no phase is above it", () => {
    fc.assert(
      fc.property(
        fc.array(phase, { maxLength: 60 }),
        fc.array(fc.constantFrom("docs", "tests", "other"), { maxLength: 8 }),
        (history, categories) => {
          const phases = categories.map((category) => plannedPhase(category, { category }));
          const quote = estimate(
            history.map(({ tokens, category }) => past(tokens, { category })),
            { strategy: { ...strategy(), budgets: { ...strategy().budgets, run: {} } }, phases },
          );
          for (const part of ["tokens", "costUsd", "seconds"] as const) {
            const p50 = quote.phases.reduce((sum, each) => sum + each.estimate[part].p50, 0);
            const p90 = quote.phases.reduce((sum, each) => sum + each.estimate[part].p90, 0);
            expect(quote.total[part].p50).toBe(p50);
            expect(quote.total[part].p90).toBeGreaterThanOrEqual(p50);
            expect(quote.total[part].p90).toBeLessThanOrEqual(p90 * (1 + 1e-9));
            for (const each of quote.phases)
              expect(quote.total[part].p90 * (1 + 1e-9)).toBeGreaterThanOrEqual(each.estimate[part].p90);
          }
        },
      ),
    );
  });

  test("is never above the cap of the run", () => {
    const phases = Array.from({ length: 40 }, () => DOCS);
    const { total } = estimate([], { strategy: strategy({ budgets: { run: { cost_usd: 3 } } }), phases });
    expect(total.tokens).toEqual({ p50: 5_000_000, p90: 5_000_000 });
    expect(total.seconds).toEqual({ p50: 7200, p90: 7200 });
    const dear = estimate(pasts(10, { costUsd: 1 }), {
      strategy: strategy({ budgets: { run: { cost_usd: 3 } } }),
      phases,
    });
    expect(dear.total.costUsd).toEqual({ p50: 3, p90: 3 });
  });

  test("of four equal phases is their sum and twice what one is above its p50", () => {
    const phases = [1, 2, 3, 4].map(() => DOCS);
    const quote = estimate(pasts(10), { strategy: strategy(), phases });
    expect(quote.total.tokens).toEqual({ p50: 2000, p90: 2800 });
  });

  test("of nothing is nothing", () => {
    const quote = estimate([], { strategy: strategy(), phases: [] });
    expect(quote.total.tokens).toEqual({ p50: 0, p90: 0 });
  });
});
