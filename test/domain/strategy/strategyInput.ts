import * as fc from "fast-check";
import { AGENT_BACKENDS } from "../../../src/domain/settings.ts";
import { LEVELS, MEASURES } from "../../../src/domain/budget/budget.ts";
import type { Amounts } from "../../../src/domain/budget/budget.ts";
import { CATEGORIES } from "../../../src/domain/strategy/categories.ts";
import type { StrategyInput } from "../../../src/domain/strategy/compileStrategy.ts";
import { NO_POLICY } from "../../../src/domain/strategy/overrides.ts";
import type { CategoryOverride, Policy, StrategyOverrides } from "../../../src/domain/strategy/overrides.ts";

/** What a configuration that says nothing of its strategy comes to. */
export const NO_OVERRIDES: StrategyOverrides = {
  profile: "normal",
  maxParallel: null,
  maxPhases: null,
  categories: {},
  aliases: {},
  budgets: {},
  onExhausted: "pause",
  minorFindingsPerPhase: { tier: null, run: null },
  ageing: { runs: null, tiers: null },
  audit: "every_phase",
};

export function input(
  overrides: Partial<StrategyOverrides> = {},
  policy: Partial<Policy> = {},
  approvals = 0,
): StrategyInput {
  return { overrides: { ...NO_OVERRIDES, ...overrides }, policy: { ...NO_POLICY, ...policy }, approvals };
}

const profile = fc.constantFrom("normal" as const, "safety_critical" as const);
const name = fc.oneof(fc.constantFrom(...Object.keys(CATEGORIES)), fc.constantFrom("own", "general", "constructor"));

function orNull<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { nil: null });
}

const amounts: fc.Arbitrary<Amounts> = fc
  .array(fc.tuple(fc.constantFrom(...MEASURES), fc.integer({ min: 1, max: 20_000_000 })))
  .map((entries) => Object.fromEntries(entries));
const budgets = fc.array(fc.tuple(fc.constantFrom(...LEVELS), amounts)).map((entries) => Object.fromEntries(entries));

const override: fc.Arbitrary<CategoryOverride> = fc.record(
  {
    ciProfile: fc.constantFrom("normal", "strict"),
    attempts: fc.record({ builder: fc.integer({ min: 1, max: 10 }), auditor: fc.integer({ min: 1, max: 10 }) }),
    tokens: fc.integer({ min: 1, max: 5_000_000 }),
    mayLandUnaudited: fc.boolean(),
    auditorProfile: fc.constantFrom("own_review"),
    complexity: fc.constantFrom("low", "medium", "high"),
    findingSeverity: fc.constantFrom("minor", "major"),
    builderMode: fc.constantFrom("tweak_light", "schema_heavy"),
    taskType: fc.constantFrom("coding", "documentation", "custom"),
  },
  { requiredKeys: [] },
);

export const anyOverrides: fc.Arbitrary<StrategyOverrides> = fc.record({
  profile,
  maxParallel: orNull(fc.integer({ min: 1, max: 16 })),
  maxPhases: orNull(fc.integer({ min: 1, max: 100 })),
  categories: fc.dictionary(name, override, { noNullPrototype: true }),
  aliases: fc.dictionary(fc.constantFrom("schema_change", "wording", "security_auth"), name, { noNullPrototype: true }),
  budgets,
  onExhausted: fc.constantFrom("pause" as const, "fail" as const),
  minorFindingsPerPhase: fc.record({ tier: orNull(fc.nat(9)), run: orNull(fc.nat(9)) }),
  ageing: fc.record({ runs: orNull(fc.nat(9)), tiers: orNull(fc.nat(9)) }),
  audit: fc.constantFrom("every_phase" as const, "by_category" as const),
});

export const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  maxParallel: orNull(fc.integer({ min: 1, max: 16 })),
  maxPhases: orNull(fc.integer({ min: 1, max: 100 })),
  attempts: orNull(fc.integer({ min: 1, max: 10 })),
  seconds: orNull(fc.integer({ min: 60, max: 7200 })),
  budgets,
  auditRequired: fc.boolean(),
  gatesRequired: fc.boolean(),
  backends: orNull(fc.subarray([...AGENT_BACKENDS], { minLength: 1 })),
  profile: orNull(profile),
  startsPerIssueHour: orNull(fc.integer({ min: 1, max: 100 })),
  startsPerRepositoryHour: orNull(fc.integer({ min: 1, max: 1000 })),
});

export const anyInput: fc.Arbitrary<StrategyInput> = fc.record({
  overrides: anyOverrides,
  policy: anyPolicy,
  approvals: fc.nat(6),
});
