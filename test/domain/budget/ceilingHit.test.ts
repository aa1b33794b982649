import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MEASURES } from "../../../src/domain/budget/budget.ts";
import type { Amounts } from "../../../src/domain/budget/budget.ts";
import { capsOf } from "../../../src/domain/budget/capsOf.ts";
import { ceilingHit } from "../../../src/domain/budget/ceilingHit.ts";
import { after, planned, promotable } from "../../projections/story.ts";

const building = after(planned());
const tokens = capsOf(building, null, {}).run.tokens ?? 0;

test("what no operator has limited may be raised as far as people like", () => {
  expect(ceilingHit(building, { tokens: 10 ** 12 }, { ceilings: {}, issueExtra: {} })).toBeNull();
});

test("a ceiling is reached, not passed", () => {
  const limits = { ceilings: { run: { tokens: tokens + 100 } }, issueExtra: {} };
  expect(ceilingHit(building, { tokens: 100 }, limits)).toBeNull();
  expect(ceilingHit(building, { tokens: 101 }, limits)).toEqual({
    kind: "ceiling",
    measure: "tokens",
    level: "run",
    ceiling: tokens + 100,
    room: 100,
  });
  const raised = { ...building, extraBudget: { tokens: 100 } };
  expect(ceilingHit(raised, { tokens: 1 }, limits)).toMatchObject({ room: 0 });
});

test("a measure that nothing caps cannot be raised", () => {
  expect(ceilingHit(building, { turns: 5 }, { ceilings: {}, issueExtra: {} })).toEqual({
    kind: "uncapped",
    measure: "turns",
  });
});

test("phases that are over have no say", () => {
  const limits = { ceilings: { phase: { tokens: 1 } }, issueExtra: {} };
  expect(ceilingHit(building, { tokens: 1 }, limits)).toMatchObject({ level: "phase", room: 0 });
  expect(ceilingHit(after(promotable()), { tokens: 1 }, limits)).toBeNull();
});

test("what may be added lifts no cap over its ceiling, at any level", () => {
  const amounts: fc.Arbitrary<Amounts> = fc.record(
    { tokens: fc.nat(10 ** 7), ci_runs: fc.nat(50), findings: fc.nat(20) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(amounts, amounts, amounts, (extra, run, phase) => {
      const ceilings = { run, phase, tier: run };
      if (ceilingHit(building, extra, { ceilings, issueExtra: {} }) !== null) return;
      const raised = { ...building, extraBudget: extra };
      for (const work of [null, ...raised.phases]) {
        const caps = capsOf(raised, work, extra);
        for (const measure of MEASURES.filter((each) => (extra[each] ?? 0) > 0))
          for (const level of ["run", "phase", "tier"] as const)
            expect(caps[level][measure] ?? 0).toBeLessThanOrEqual(ceilings[level][measure] ?? Infinity);
      }
    }),
  );
});
