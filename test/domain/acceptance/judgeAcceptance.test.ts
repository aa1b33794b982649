import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AcceptanceSpec, Validator, ValidatorResult } from "../../../src/domain/acceptance/acceptance.ts";
import { acceptanceFailureText } from "../../../src/domain/acceptance/acceptanceFailureText.ts";
import { judgeAcceptance } from "../../../src/domain/acceptance/judgeAcceptance.ts";
import { retryDelaySeconds } from "../../../src/domain/acceptance/retryDelaySeconds.ts";

type Case = Pick<ValidatorResult, "verdict" | "score" | "weight" | "required">;

function result(name: string, each: Partial<Case>): ValidatorResult {
  const verdict = each.verdict ?? "passed";
  const shown = { expected: "this", got: "that", log: null, durationMs: 1 };
  return {
    name,
    type: "file_exists",
    weight: 1,
    required: false,
    score: verdict === "passed" ? 1 : 0,
    ...shown,
    ...each,
    verdict,
  };
}

function spec(gateMode: AcceptanceSpec["gateMode"], results: readonly ValidatorResult[], minScore = 1): AcceptanceSpec {
  const validators = results.map(({ name, weight, required }): Validator => {
    return { name, weight, required, type: "file_exists", path: "a", mustExist: true };
  });
  return { gateMode, minScore, validators, retry: null, useFallback: true };
}

function judged(gateMode: AcceptanceSpec["gateMode"], cases: readonly Partial<Case>[], minScore?: number) {
  const results = cases.map((each, index) => result(`v${index}`, each));
  return judgeAcceptance(spec(gateMode, results, minScore), results);
}

const verdict = fc.constantFrom("passed" as const, "failed" as const, "error" as const);
const cases = fc.array(
  fc.record({
    verdict,
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    weight: fc.double({ min: 0, max: 1000, noNaN: true }),
    required: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);
const mode = fc.constantFrom("all_pass" as const, "any_pass" as const, "weighted" as const);
const score = fc.double({ min: 0, max: 1, noNaN: true });

describe("the gate", () => {
  test("opens for all, for any, or for enough", () => {
    const mixed = [{}, { verdict: "failed" as const }];
    expect(judged("all_pass", [{}, {}])).toMatchObject({
      verdict: "passed",
      score: 1,
      reason: "2 of 2 validators passed",
    });
    expect(judged("all_pass", mixed)).toMatchObject({ verdict: "failed", score: 0.5, reason: "“v1” failed" });
    expect(judged("any_pass", mixed)).toMatchObject({ verdict: "passed" });
    expect(judged("weighted", mixed, 0.5)).toMatchObject({ verdict: "passed" });
    expect(judged("weighted", mixed, 0.51)).toMatchObject({
      verdict: "failed",
      reason: "scored 0.5, and 0.51 is needed: “v1” failed",
    });
  });

  test("a sum of thirds and tenths is not lost to rounding", () => {
    const tenths = Array.from({ length: 10 }, (_, index) => ({
      weight: 0.1,
      verdict: index < 7 ? ("passed" as const) : ("failed" as const),
    }));
    expect(judged("weighted", tenths, 0.7).verdict).toBe("passed");
  });

  test("what gave no result counts as an error; results of others do not count", () => {
    const [one, two] = [result("one", {}), result("two", {})];
    const both = spec("all_pass", [one, two]);
    expect(judgeAcceptance(both, [one, result("three", { verdict: "failed" })])).toMatchObject({
      verdict: "error",
      reason: "“two” could not be judged",
    });
  });

  test("a required validator that has not passed fails it in every mode", () => {
    fc.assert(
      fc.property(mode, cases, score, (gateMode, all, minScore) => {
        fc.pre(all.some((each) => each.required && each.verdict !== "passed"));
        expect(judged(gateMode, all, minScore).verdict).not.toBe("passed");
      }),
    );
  });

  test("without required ones, each mode is what it says", () => {
    fc.assert(
      fc.property(cases, score, (raw, minScore) => {
        const all = raw.map((each) => ({ ...each, required: false }));
        const passes = all.filter((each) => each.verdict === "passed").length;
        expect(judged("all_pass", all).verdict === "passed").toBe(passes === all.length);
        expect(judged("any_pass", all).verdict === "passed").toBe(passes > 0);
        const weighted = judged("weighted", all, minScore);
        expect(weighted.verdict === "passed").toBe(weighted.score + 1e-9 >= minScore);
        const weights = all.reduce((sum, { weight }) => sum + weight, 0);
        fc.pre(weights > 0);
        const sum = all.reduce((total, each) => total + each.weight * each.score, 0);
        expect(weighted.score).toBeCloseTo(sum / weights, 6);
      }),
    );
  });

  test("the score is from 0 to 1, the order of results makes no difference, and an error is never a pass", () => {
    fc.assert(
      fc.property(mode, cases, score, (gateMode, all, minScore) => {
        const results = all.map((each, index) => result(`v${index}`, each));
        const asked = spec(gateMode, results, minScore);
        const whole = judgeAcceptance(asked, results);
        expect(whole.score).toBeGreaterThanOrEqual(0);
        expect(whole.score).toBeLessThanOrEqual(1);
        expect(judgeAcceptance(asked, results.toReversed())).toEqual(whole);
        expect(whole.reason).not.toBe("");
        const worse = results.map((each) => ({ ...each, verdict: "error" as const, score: 0 }));
        expect(judgeAcceptance(spec(gateMode, worse, Math.max(minScore, 0.1)), worse).verdict).toBe("error");
      }),
    );
  });

  test("passing more never closes it", () => {
    fc.assert(
      fc.property(mode, cases, score, (gateMode, all, minScore) => {
        fc.pre(judged(gateMode, all, minScore).verdict === "passed");
        const better = all.map((each) => ({ ...each, verdict: "passed" as const, score: 1 }));
        expect(judged(gateMode, better, minScore).verdict).toBe("passed");
      }),
    );
  });
});

test("the next attempt reads what was expected, what came, and what was found", () => {
  const failed = judged("all_pass", [{}, { verdict: "failed" }]);
  const found = { severity: "major", source: "test", title: "It fails", detail: "line 1\nline 2" } as const;
  const text = acceptanceFailureText({
    ...failed,
    findings: [{ ...found, path: "a.ts", lines: { start: 3, end: 3 } }],
  });
  expect(text).toMatchInlineSnapshot(`
    "The change was not accepted: “v1” failed.

    - “v1”: expected this; got that

    Found:
    - It fails (a.ts:3)

          line 1
          line 2"
  `);
});

describe("waiting before a retry", () => {
  const kind = fc.constantFrom("none" as const, "fixed" as const, "exponential" as const);

  test("doubles from a second to a minute, or stays", () => {
    const exponential = [0, 1, 2, 5, 6, 7, 60, 5000].map((n) => retryDelaySeconds({ kind: "exponential" }, n, 0));
    expect(exponential).toEqual([1, 2, 4, 32, 60, 60, 60, 60]);
    expect([0, 9].map((n) => retryDelaySeconds({ kind: "fixed" }, n, 0))).toEqual([1, 1]);
    expect(retryDelaySeconds({ kind: "none" }, 3, 1)).toBe(0);
  });

  test("within a tenth of that, and never more than a minute", () => {
    fc.assert(
      fc.property(kind, fc.nat(2000), fc.double({ min: -1, max: 1, noNaN: true }), (policy, n, jitter) => {
        const plain = retryDelaySeconds({ kind: policy }, n, 0);
        const delay = retryDelaySeconds({ kind: policy }, n, jitter);
        expect(delay).toBeGreaterThanOrEqual(plain * 0.9 - 1e-9);
        expect(delay).toBeLessThanOrEqual(Math.min(60, plain * 1.1 + 1e-9));
      }),
    );
  });
});
