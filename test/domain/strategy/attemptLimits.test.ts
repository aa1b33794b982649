import { describe, expect, test } from "vitest";
import { attemptLimits } from "../../../src/domain/strategy/attemptLimits.ts";
import { attemptSize } from "../../../src/domain/strategy/attemptSize.ts";
import { compileStrategy } from "../../../src/domain/strategy/compileStrategy.ts";
import { auditProfile, phaseRules } from "../../../src/domain/strategy/phaseRules.ts";
import { input } from "./strategyInput.ts";

function phase(characters: number, steps: number) {
  return { instructions: "x".repeat(characters), acceptance: Array.from({ length: steps }, () => "done") };
}

describe("the size of an attempt", () => {
  test.each([
    ["coding", 50, 1800],
    ["testing", 30, 600],
    ["documentation", 25, 900],
    ["refactoring", 40, 1200],
    ["audit", 20, 600],
    ["custom", 30, 900],
  ] as const)("of %s", (type, turns, seconds) => {
    expect(attemptSize(type, phase(999, 4))).toEqual({ turns, seconds });
  });

  test.each([
    [1000, 0, 1980],
    [2000, 0, 2160],
    [5000, 0, 2340],
    [0, 5, 1935],
    [0, 10, 2070],
    [0, 20, 2250],
    [1000, 10, 2250],
    [5000, 20, 2790],
  ])("of coding with %i characters and %i steps is the mean of both factors", (characters, steps, seconds) => {
    expect(attemptSize("coding", phase(characters, steps)).seconds).toBe(seconds);
  });

  test("entries of lists are steps, too", () => {
    const instructions = "- [ ] a\n- b\n  * c\n1. d\n2) e\n";
    expect(attemptSize("coding", { instructions, acceptance: ["one"] }).seconds).toBe(1935);
  });
});

const facts = { category: "docs", complexity: null, instructions: "", acceptance: [] };
const unlimited = { attempts: null, timeoutMs: null, turns: null };

describe("limits", () => {
  test("come from the category and the task type", () => {
    const strategy = compileStrategy(input());
    const of = (role: "builder" | "auditor" | "investigator") =>
      attemptLimits(role, { strategy, phase: facts, limits: unlimited });
    expect(of("builder")).toEqual({ attempts: 2, turns: 25, seconds: 900 });
    expect(of("auditor")).toEqual({ attempts: 1, turns: 20, seconds: 600 });
    expect(of("investigator")).toEqual({ attempts: 2, turns: 30, seconds: 900 });
  });

  test("are the agent's own where its configuration says some, and the ceilings in the end", () => {
    const limits = { attempts: 9, timeoutMs: 5_000_000, turns: null };
    const free = compileStrategy(input());
    expect(attemptLimits("builder", { strategy: free, phase: facts, limits })).toMatchObject({
      attempts: 9,
      seconds: 5000,
    });
    const bound = compileStrategy(input({ budgets: { attempt: { turns: 10 } } }, { attempts: 3, seconds: 1200 }));
    expect(attemptLimits("builder", { strategy: bound, phase: facts, limits })).toEqual({
      attempts: 3,
      turns: 10,
      seconds: 1200,
    });
  });
});

test("a phase has its category's rules, by any of its names, and the plan's complexity", () => {
  const strategy = compileStrategy(input({ aliases: { wording: "docs" } }));
  expect(phaseRules(strategy, { ...facts, category: "wording" })).toMatchObject({
    category: "docs",
    complexity: "low",
    tokens: 200_000,
    turns: 25,
  });
  expect(phaseRules(strategy, { ...facts, complexity: "high" }).complexity).toBe("high");
  expect(phaseRules(strategy, { ...facts, category: "never_heard_of" })).toMatchObject({
    category: "never_heard_of",
    ciProfile: "strict",
  });
});

test("an audit has the category's profile, or the general one", () => {
  const every = compileStrategy(input());
  const some = compileStrategy(input({ audit: "by_category" }));
  const rules = (category: string) => phaseRules(every, { ...facts, category });
  expect(auditProfile(every, rules("docs"))).toBe("general_review");
  expect(auditProfile(some, rules("docs"))).toBeNull();
  expect(auditProfile(some, rules("schema_change"))).toBe("schema_review");
});
