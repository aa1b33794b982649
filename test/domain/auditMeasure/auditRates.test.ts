import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countOutcomes, meetsRequirement, ratesOf } from "../../../src/domain/auditMeasure/auditRates.ts";
import { outcomeOf } from "../../../src/domain/auditMeasure/auditSample.ts";
import type { AuditSample } from "../../../src/domain/auditMeasure/auditSample.ts";
import { rateWithInterval } from "../../../src/domain/auditMeasure/wilson.ts";
import type { Finding } from "../../../src/domain/finding.ts";

const DEFECT = { id: "off_by_one-1", category: "off_by_one", path: "src/a.ts", line: 20 };

function finding(part: Partial<Finding>): Finding {
  return { severity: "major", source: "auditor", title: "Wrong", detail: "", path: "src/a.ts", lines: null, ...part };
}

function sample(decision: "approve" | "revise" | "escalate", findings: readonly Finding[] = []): AuditSample {
  return { defect: DEFECT, verdict: { decision, findings } };
}

describe("one shadow audit", () => {
  test.each([
    ["points at it", sample("revise", [finding({ lines: { start: 18, end: 19 } })]), "caught"],
    ["points five lines off", sample("revise", [finding({ lines: { start: 25, end: 30 } })]), "caught"],
    ["points six lines off", sample("revise", [finding({ lines: { start: 26, end: 30 } })]), "missed"],
    [
      "points at another file",
      sample("revise", [finding({ path: "src/b.ts", lines: { start: 20, end: 20 } })]),
      "missed",
    ],
    ["names it without a line", sample("escalate", [finding({ title: "This is off by one." })]), "caught"],
    [
      "names it in another file",
      sample("revise", [finding({ path: "src/b.ts", title: "This is off by one." })]),
      "missed",
    ],
    ["names something else", sample("revise", [finding({ title: "No documentation" })]), "missed"],
    ["sees it and approves", sample("approve", [finding({ lines: { start: 20, end: 20 } })]), "missed"],
    ["approves", sample("approve"), "missed"],
    ["approves what is clean", { ...sample("approve"), defect: null }, "clean"],
    ["does not approve what is clean", { ...sample("revise"), defect: null }, "false_alarm"],
    ["comes to no verdict", { defect: DEFECT, verdict: null }, "not_judged"],
  ] as const)("%s", (_, audit, outcome) => {
    expect(outcomeOf(audit)).toBe(outcome);
  });
});

describe("rates", () => {
  test("what came to no verdict counts for neither", () => {
    const caught = sample("revise", [finding({ lines: { start: 20, end: 20 } })]);
    const samples = [
      caught,
      sample("approve"),
      { ...sample("approve"), defect: null },
      { defect: null, verdict: null },
    ];
    expect(countOutcomes(samples)).toEqual({ seeded: 2, caught: 1, controls: 1, falseAlarms: 0, notJudged: 1 });
  });

  test.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
  ])("%i of %i is between %f and %f, as published tables have it", (...[hits, of, low, high]) => {
    const rate = rateWithInterval(hits, of);
    expect(rate.low).toBeCloseTo(low, 3);
    expect(rate.high).toBeCloseTo(high, 3);
  });

  test("of nothing it is anything", () => {
    expect(rateWithInterval(0, 0)).toEqual({ hits: 0, of: 0, value: null, low: 0, high: 1 });
  });

  test("the interval holds the rate, and is narrower for more samples", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (of, any) => {
        const hits = any % (of + 1);
        const rate = rateWithInterval(hits, of);
        const more = rateWithInterval(hits * 4, of * 4);
        expect(rate.low).toBeLessThanOrEqual(hits / of);
        expect(rate.high).toBeGreaterThanOrEqual(hits / of);
        expect(rate.low).toBeGreaterThanOrEqual(0);
        expect(rate.high).toBeLessThanOrEqual(1);
        expect(more.high - more.low).toBeLessThan(rate.high - rate.low);
      }),
    );
  });
});

function measured(caught: number, seeded: number): ReturnType<typeof ratesOf> {
  return ratesOf({ seeded, caught, controls: 5, falseAlarms: 0, notJudged: 0 });
}

describe("a required catch rate", () => {
  test.each([
    ["met", measured(9, 10), null],
    ["not met", measured(7, 10), "this Auditor catches 70 % of seeded defects, and 80 % are required"],
    ["too few", measured(3, 3), "this Auditor was measured with 3 defects only, of at least 10"],
    ["never measured", null, "this Auditor was never measured"],
    ["nothing counted", measured(0, 0), "this Auditor was never measured"],
  ] as const)("%s", (_, rates, reason) => {
    expect(meetsRequirement(rates, { minCatchRate: 0.8 })).toBe(reason);
  });
});
