import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../src/domain/canonicalJson.ts";
import { freezeStrategy } from "../../../src/config/freezeStrategy.ts";
import { LEVELS, MEASURES } from "../../../src/domain/budget/budget.ts";
import { attemptLimits } from "../../../src/domain/strategy/attemptLimits.ts";
import { CATEGORIES } from "../../../src/domain/strategy/categories.ts";
import { chooseStrategy } from "../../../src/domain/strategy/chooseStrategy.ts";
import { compileStrategy } from "../../../src/domain/strategy/compileStrategy.ts";
import type { StrategyInput } from "../../../src/domain/strategy/compileStrategy.ts";
import { categoryRules } from "../../../src/domain/strategy/resolveCategory.ts";
import { phaseBudget, runBudget, tierBudget } from "../../../src/domain/strategy/strategyBudgets.ts";
import { isAsStrict } from "../../../src/domain/strategy/strictness.ts";
import { anyInput, anyOverrides, input } from "./strategyInput.ts";

const NAMES = [
  ...Object.keys(CATEGORIES),
  "own",
  "general",
  "constructor",
  "schema_change",
  "security_auth",
  "wording",
];

describe("without overrides", () => {
  const strategy = compileStrategy(input());

  test("the table, the profile and the budgets are the documented ones", () => {
    expect(strategy).toMatchObject({
      profile: "normal",
      maxParallel: 3,
      maxPhases: 25,
      minorFindingsPerPhase: { tier: 2, run: 3 },
      ageing: { runs: 3, tiers: 2 },
      approvals: 0,
      auditEveryPhase: true,
      onExhausted: "pause",
      budgets: {
        attempt: {},
        phase: {},
        tier: {},
        run: { tokens: 5_000_000, seconds: 7200 },
        issue: { tokens: 15_000_000, seconds: 21_600 },
        day: {},
      },
    });
  });

  test.each([
    ["cross_cutting_refactor", "strict", 2, 2, 1_000_000, false, "refactor_review"],
    ["index_registry_change", "strict", 2, 2, 800_000, false, "index_review"],
    ["schema_contract_change", "strict", 2, 3, 1_000_000, false, "schema_review"],
    ["bulk_multi_file_operation", "strict", 1, 2, 1_500_000, false, "bulk_review"],
    ["security_auth_change", "strict", 2, 3, 800_000, false, "security_review"],
    ["external_feature_reuse", "strict", 2, 2, 1_000_000, false, "external_code_review"],
    ["external_code_intake", "strict", 2, 3, 1_200_000, false, "license_and_security_review"],
    ["feature_scaffolding", "normal", 3, 2, 500_000, true, null],
    ["docs", "normal", 2, 1, 200_000, true, null],
    ["tests", "normal", 3, 1, 300_000, true, null],
    ["debt_cleanup", "normal", 2, 1, 400_000, false, "debt_cleanup_review"],
    ["general", "strict", 2, 2, 500_000, false, "general_review"],
    ["constructor", "strict", 2, 2, 500_000, false, "general_review"],
    ["schema_change", "strict", 2, 3, 1_000_000, false, "schema_review"],
    ["bulk_operation", "strict", 1, 2, 1_500_000, false, "bulk_review"],
  ] as const)("%s", (...row) => {
    const [name, ciProfile, builder, auditor, tokens, mayLandUnaudited, auditorProfile] = row;
    const rules = categoryRules(strategy, name);
    const attempts = { builder, auditor };
    expect(rules).toMatchObject({ ciProfile, attempts, tokens, mayLandUnaudited, auditorProfile });
    if (ciProfile === "strict") expect(rules).toMatchObject({ complexity: "high", findingSeverity: "major" });
  });
});

test("who comes later wins, up to the ceiling, and what was wanted is kept", () => {
  const chosen = chooseStrategy(
    input(
      {
        maxParallel: 8,
        categories: { docs: { tokens: 900_000 } },
        budgets: { phase: { tokens: 600_000 }, run: { tokens: 9_000_000 } },
      },
      { maxParallel: 4, attempts: 2, budgets: { phase: { tokens: 500_000 }, run: { cost_usd: 20 } } },
    ),
  );
  expect(chosen.maxParallel).toEqual({ value: 4, from: "policy", wanted: 8 });
  expect(chosen.categories["docs"]?.tokens).toEqual({ value: 500_000, from: "policy", wanted: 900_000 });
  expect(chosen.categories["tests"]?.tokens).toEqual({ value: 300_000, from: "table" });
  expect(chosen.categories["tests"]?.attempts.builder).toEqual({ value: 2, from: "policy", wanted: 3 });
  expect(chosen.budgets.run).toEqual({
    tokens: { value: 9_000_000, from: "config" },
    seconds: { value: 7200, from: "table" },
    cost_usd: { value: 20, from: "policy" },
  });
});

test("safety_critical audits every phase and wants two people, whoever asks for it", () => {
  const wishes = { audit: "by_category", minorFindingsPerPhase: { tier: 5, run: null } } as const;
  const own = compileStrategy(input({ ...wishes, profile: "safety_critical" }));
  expect(own).toMatchObject({ auditEveryPhase: true, approvals: 2, minorFindingsPerPhase: { tier: 5 } });
  const imposed = compileStrategy(input(wishes, { profile: "safety_critical" }, 3));
  expect(imposed).toMatchObject({
    auditEveryPhase: true,
    approvals: 3,
    minorFindingsPerPhase: { tier: 1 },
    ageing: { runs: 2, tiers: 1 },
  });
});

test("with audits required, no category lands unaudited that the table does not let", () => {
  const categories = { docs: { mayLandUnaudited: true }, debt_cleanup: { mayLandUnaudited: true } };
  const strategy = compileStrategy(input({ categories, audit: "by_category" }, { auditRequired: true }));
  expect(strategy.categories["docs"]?.mayLandUnaudited).toBe(true);
  expect(strategy.categories["debt_cleanup"]?.mayLandUnaudited).toBe(false);
});

test("a category of one's own starts out as strict as any that nobody knows", () => {
  const strategy = compileStrategy(input({ categories: { own: { ciProfile: "normal" } } }));
  expect(categoryRules(strategy, "own")).toMatchObject({ ciProfile: "normal", auditorProfile: "general_review" });
});

test("caps that follow from the plan", () => {
  const plain = compileStrategy(input());
  const phases = [
    { tokens: 500_000, attempts: { builder: 3, auditor: 2 } },
    { tokens: 200_000, attempts: { builder: 1, auditor: 0 } },
  ];
  expect(phaseBudget(plain, { tokens: 7 })).toEqual({ tokens: 7 });
  expect(tierBudget(plain, phases)).toEqual({ tokens: 2_100_000, ci_runs: 7, findings: 4 });
  expect(runBudget(plain, 2)).toEqual({ tokens: 5_000_000, seconds: 7200, findings: 6 });
  const tight = compileStrategy(
    input({ budgets: { tier: { tokens: 9_000_000 } } }, { budgets: { tier: { tokens: 1_000_000, ci_runs: 100 } } }),
  );
  expect(tierBudget(tight, phases)).toEqual({ tokens: 1_000_000, ci_runs: 7, findings: 4 });
});

test("nothing is ever above a ceiling", () => {
  fc.assert(
    fc.property(anyInput, (any) => {
      const { policy } = any;
      const strategy = compileStrategy(any);
      const ceilings = { ...policy.budgets };
      expect(strategy.maxParallel).toBeLessThanOrEqual(policy.maxParallel ?? Infinity);
      expect(strategy.maxPhases).toBeLessThanOrEqual(policy.maxPhases ?? Infinity);
      const phases = NAMES.map((name) => categoryRules(strategy, name));
      const caps = {
        ...strategy.budgets,
        tier: tierBudget(strategy, phases),
        run: runBudget(strategy, phases.length),
      };
      for (const level of LEVELS) {
        for (const measure of MEASURES) {
          const ceiling = ceilings[level]?.[measure];
          if (ceiling !== undefined) expect(caps[level][measure]).toBeLessThanOrEqual(ceiling);
        }
      }
      for (const category of NAMES) {
        const rules = categoryRules(strategy, category);
        expect(rules.tokens).toBeLessThanOrEqual(ceilings.phase?.tokens ?? Infinity);
        for (const role of ["builder", "auditor", "investigator"] as const) {
          const phase = { category, complexity: null, instructions: "", acceptance: [] };
          const limits = attemptLimits(role, {
            strategy,
            phase,
            limits: { attempts: 10, timeoutMs: 7_200_000, turns: null },
          });
          expect(limits.attempts).toBeLessThanOrEqual(policy.attempts ?? 10);
          expect(limits.seconds).toBeLessThanOrEqual(
            Math.min(policy.seconds ?? 7200, ceilings.attempt?.seconds ?? 7200),
          );
          expect(limits.turns).toBeLessThanOrEqual(ceilings.attempt?.turns ?? 200);
        }
      }
    }),
  );
});

test("a category that nobody knows is as strict as every strict one of the table, whatever is configured", () => {
  const strictOnes = Object.values(CATEGORIES).filter(({ ciProfile }) => ciProfile === "strict");
  fc.assert(
    fc.property(anyInput, fc.constantFrom("nobody_knows_it", "toString", "__proto__", ""), (any, name) => {
      const unknown = categoryRules(compileStrategy(any), name);
      for (const { auditorProfile: _, ...rules } of strictOnes) {
        expect(isAsStrict(unknown, { ...rules, auditorProfile: "general_review" })).toBe(true);
        expect(unknown.tokens).toBeLessThanOrEqual(rules.tokens);
      }
    }),
  );
});

test("built-in names cannot be given to other categories", () => {
  fc.assert(
    fc.property(anyOverrides, (overrides) => {
      const { aliases } = compileStrategy(input(overrides));
      expect(aliases).toMatchObject({ schema_change: "schema_contract_change", security_auth: "security_auth_change" });
    }),
  );
});

test("the hash is that of the content, in whatever order it was written", () => {
  fc.assert(
    fc.property(anyInput, anyInput, (any, other) => {
      const { hash, ...content } = freezeStrategy(any);
      const text = canonicalJson(content);
      expect(hash).toBe(createHash("sha256").update(text).digest("hex"));
      expect(canonicalJson(backwards(JSON.parse(JSON.stringify(content))))).toBe(text);
      expect(freezeStrategy(backwards(any) as StrategyInput).hash).toBe(hash);
      const { hash: otherHash, ...otherContent } = freezeStrategy(other);
      expect(otherHash === hash).toBe(canonicalJson(otherContent) === text);
    }),
  );
});

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, part]) => [key, backwards(part)]),
  );
}
