import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plannedPhaseSchema, readPlannerAnswer, repairFeedback } from "../../src/config/plannerAnswer.ts";
import type { PlannerAnswer } from "../../src/config/plannerAnswer.ts";
import { SETTINGS, strategy } from "../domain/runFixture.ts";

const BASIS = { strategy: strategy(), settings: SETTINGS };

const PHASE = {
  title: "Greet by name",
  category: "feature_scaffolding",
  files: ["src/greet.js", { path: "test/greet.test.js", operation: "create" }],
  acceptance: ["greet('Ada') returns 'Hello, Ada!'"],
  validators: ["node --test test"],
  instructions: "Give `greet` a name.",
};

function read(answer: unknown, basis = BASIS): PlannerAnswer {
  return readPlannerAnswer(JSON.stringify(answer), basis);
}

function problemsOf(answer: unknown, basis = BASIS): readonly string[] {
  const result = read(answer, basis);
  return result.kind === "invalid" ? result.problems.map(({ message }) => message) : [`it is ${result.kind}`];
}

describe("a plan", () => {
  test("with tiers, dependencies, impacts and readiness", () => {
    const result = read({
      verdict: "plan",
      summary: "Greets by name.",
      tiers: [
        { title: "Code", phases: [{ ...PHASE, id: "greet" }] },
        { phases: [{ ...PHASE, title: "Document it", files: ["README.md"], depends_on: ["greet"] }] },
      ],
    });
    if (result.kind !== "plan") throw new Error(JSON.stringify(result));
    expect(result.summary).toBe("Greets by name.");
    expect(result.plan.source).toBe("planner");
    expect(result.plan.phases).toMatchObject([
      {
        title: "Greet by name",
        tier: "Code",
        files: ["src/greet.js", "test/greet.test.js"],
        impacts: [
          { operation: "update", path: "src/greet.js" },
          { operation: "create", path: "test/greet.test.js" },
        ],
        spec: { validators: [{ type: "test_pass" }] },
      },
      { title: "Document it", tier: "Tier 2", dependsOn: [1] },
    ]);
    expect(result.readiness.map(({ points, ready }) => ({ points, ready }))).toEqual([
      { points: 100, ready: true },
      { points: 90, ready: true },
    ]);
  });

  test("of one tier, as a last message in a code block", () => {
    const text = `Here is the plan:\n\n\`\`\`json\n${JSON.stringify({ verdict: "plan", phases: [PHASE] })}\n\`\`\`\n`;
    expect(readPlannerAnswer(text, BASIS).kind).toBe("plan");
  });

  test.each([
    ["without phases", { verdict: "plan" }, ["The plan needs `phases` or `tiers`."]],
    [
      "with both",
      { verdict: "plan", phases: [PHASE], tiers: [{ phases: [PHASE] }] },
      ["The plan takes either `phases` or `tiers`, not both."],
    ],
    [
      "with a key that there is not",
      { verdict: "plan", phases: [{ ...PHASE, filez: [] }] },
      ["There is no key `phases[0].filez`: did you mean `files`?"],
    ],
    [
      "with a value of another type",
      { verdict: "plan", phases: [{ ...PHASE, acceptance: "x" }] },
      ['`phases[0].acceptance` must be a list, not `"x"`.'],
    ],
    [
      "with a dependency on nothing",
      { verdict: "plan", phases: [{ ...PHASE, depends_on: ["greed by name"] }] },
      ["No phase has the id or title “greed by name”: did you mean “Greet by name”?"],
    ],
    [
      "in a circle",
      {
        verdict: "plan",
        phases: [
          { ...PHASE, id: "a", depends_on: ["b"] },
          { ...PHASE, title: "B", id: "b", depends_on: ["a"] },
        ],
      },
      ["These phases wait for each other: “Greet by name” → “B” → “Greet by name”."],
    ],
    [
      "that says too little",
      { verdict: "plan", phases: [{ title: "x" }] },
      [
        "The phase “x” has no `instructions`.",
        "The phase “x” has no `acceptance`: list what is true when it is done.",
        "The phase “x” has no `files`: name what it changes.",
      ],
    ],
    [
      "that no Builder may carry out",
      { verdict: "plan", phases: [{ ...PHASE, files: [".github/workflows/ci.yml"] }] },
      [
        "The phase “Greet by name” would change `.github/workflows/ci.yml`, which is protected: no Builder may. Plan without it.",
      ],
    ],
  ])("%s is invalid, in words that help", (_, answer, messages) => {
    expect(problemsOf(answer)).toEqual(messages);
  });

  test("reading what is protected is fine, and so is a manifest that is named", () => {
    const files = ["package.json", { path: ".github/workflows/ci.yml", operation: "read" }];
    expect(read({ verdict: "plan", phases: [{ ...PHASE, files }] }).kind).toBe("plan");
  });

  test("outside of what may be changed, too large, or not ready enough", () => {
    const settings = { ...SETTINGS, paths: { ...SETTINGS.paths, allowed: ["src/**"] } };
    const answer = { verdict: "plan", phases: [PHASE] };
    expect(problemsOf(answer, { ...BASIS, settings })).toEqual([
      expect.stringContaining("`test/greet.test.js`, which is outside"),
    ]);
    const many = { verdict: "plan", phases: [1, 2, 3].map((n) => ({ ...PHASE, title: `Part ${n}` })) };
    expect(problemsOf(many, { ...BASIS, strategy: { ...BASIS.strategy, maxPhases: 2 } })[0]).toContain("a run takes 2");
    const loose = { verdict: "plan", phases: [{ ...PHASE, files: ["src/**"], validators: undefined }] };
    const strict = { ...BASIS, settings: { ...SETTINGS, minReadiness: 70 } };
    expect(problemsOf(loose, strict)[0]).toContain("has 60 points of 100");
  });
});

describe("triage", () => {
  test("with its questions", () => {
    const answer = {
      verdict: "too_vague",
      reason: "It does not say where.",
      questions: ["Where?\u202E", " ", "When?"],
    };
    expect(read(answer)).toEqual({
      kind: "triage",
      verdict: "too_vague",
      reason: "It does not say where.",
      questions: ["Where?", "When?"],
      duplicateOf: null,
    });
  });

  test("of a duplicate, with or without its issue", () => {
    expect(read({ verdict: "duplicate", reason: "Done.", duplicate_of: 12 })).toMatchObject({ duplicateOf: 12 });
    expect(read({ verdict: "duplicate", reason: "Done.", duplicate_of: "none" })).toMatchObject({ duplicateOf: null });
  });

  test("without a reason is invalid", () => {
    expect(problemsOf({ verdict: "unsolvable" })).toEqual([expect.stringContaining("`reason` is missing")]);
  });
});

describe("what is no answer", () => {
  test.each([
    [null, "junk"],
    ["", "junk"],
    ["I will do it.", "junk"],
    ["```json\n{}\n```\n```json\n{}\n```", "junk"],
    ["[]", "invalid"],
    ['{"verdict": "approve"}', "invalid"],
  ])("%j is %s", (text, kind) => {
    expect(readPlannerAnswer(text, BASIS).kind).toBe(kind);
  });

  test("never throws, and always says what to mend", () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const answers = fc.oneof(
      value,
      fc.record(
        { verdict: fc.constantFrom("plan", "too_vague", "unsolvable", "duplicate"), phases: value, tiers: value },
        { requiredKeys: ["verdict"] },
      ),
      fc.record({
        verdict: fc.constant("plan"),
        phases: fc.array(fc.record({ title: fc.string(), files: value, depends_on: value }, { requiredKeys: [] })),
      }),
    );
    fc.assert(
      fc.property(answers, (answer) => {
        const result = read(answer);
        if (result.kind === "invalid") expect(result.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

test("feedback for a repair names what is wrong, and no more than can be read", () => {
  const problems = Array.from({ length: 25 }, (_, n) => ({
    path: null,
    line: null,
    column: null,
    message: `Wrong ${n}.`,
  }));
  const text = repairFeedback(problems);
  expect(text.split("\n")).toHaveLength(22);
  expect(text).toContain("- Wrong 0.\n");
  expect(text).toContain("- and 5 more");
});

test("the schema that a planner is shown is that of phases", () => {
  const schema = JSON.parse(plannedPhaseSchema()) as { readonly properties: object };
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(["title", "files", "acceptance", "validators"]),
  );
});
