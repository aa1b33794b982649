import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compileStrategy } from "../../../src/domain/strategy/compileStrategy.ts";
import { holdStrictly } from "../../../src/domain/strategy/holdStrictly.ts";
import { isAsStrict } from "../../../src/domain/strategy/strictness.ts";
import { input } from "./strategyInput.ts";

const override = fc.record({
  ciProfile: fc.constantFrom("normal" as const, "strict" as const),
  mayLandUnaudited: fc.boolean(),
});
const overrides = fc.record({
  profile: fc.constantFrom("normal" as const, "safety_critical" as const),
  audit: fc.constantFrom("every_phase" as const, "by_category" as const),
  categories: fc.dictionary(fc.constantFrom("docs", "tests", "own"), override),
  minorFindingsPerPhase: fc.record({
    tier: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
    run: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
  }),
});

test("a run that is held strictly is stricter than the repository's own strategy in everything, or as strict", () => {
  fc.assert(
    fc.property(overrides, (chosen) => {
      const usual = compileStrategy(input(chosen));
      const strict = holdStrictly(usual);
      expect(Object.keys(strict.categories)).toEqual(Object.keys(usual.categories));
      for (const [name, rules] of Object.entries(strict.categories)) {
        expect(rules.ciProfile).toBe("strict");
        const before = usual.categories[name];
        expect(before === undefined || isAsStrict(rules, before)).toBe(true);
      }
      expect(strict.auditEveryPhase).toBe(true);
      expect(strict.minorFindingsPerPhase.tier).toBeLessThanOrEqual(usual.minorFindingsPerPhase.tier);
      expect(strict.minorFindingsPerPhase.run).toBeLessThanOrEqual(usual.minorFindingsPerPhase.run);
      expect(strict).toMatchObject({ budgets: usual.budgets, approvals: usual.approvals, maxPhases: usual.maxPhases });
      expect(holdStrictly(strict)).toEqual(strict);
    }),
  );
});
