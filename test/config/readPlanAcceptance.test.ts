import { describe, expect, test } from "vitest";
import { TEST_GLOBS } from "../../src/domain/acceptance/testFiles.ts";
import { phasesOf, read, refusal } from "./planReading.ts";

/** A plan of one phase with these lines. */
function phase(...lines: readonly string[]): string {
  const block = ["autopack:", "  phases:", "    - title: A", ...lines.map((line) => `      ${line}`)];
  return `\`\`\`yaml\n${block.join("\n")}\n\`\`\`\n`;
}

const planned = (...lines: readonly string[]) => phasesOf(read(phase(...lines)))[0];
const command = { weight: 1, required: false, command: "npm test", timeoutMs: 60_000, report: null };

describe("what a phase is judged by", () => {
  test("a command line in short, and every type with what it leaves out", () => {
    const spec = planned(
      "validators:",
      "  - npm test",
      "  - { type: lint_clean, command: npm run lint }",
      "  - { type: file_exists, path: README.md, weight: 2.5, required: true }",
      "  - { type: file_exists, path: old.txt, must_exist: false }",
      "  - { type: forbidden_patterns, patterns: ['console\\.log'], name: no logs }",
      "  - { type: test_enforcement }",
      "  - { type: fail_to_pass, command: npm test }",
      "  - { type: no_regression, command: npm test, report: 'out/*.xml', timeout_seconds: 600 }",
      "  - { type: custom, command: ./score }",
    )?.spec;
    expect(spec).toMatchObject({ gateMode: "all_pass", minScore: 1, retry: null, useFallback: true });
    expect(spec?.validators).toEqual([
      { ...command, type: "test_pass", name: "npm test", expectedExit: 0 },
      {
        ...command,
        type: "lint_clean",
        name: "npm run lint",
        command: "npm run lint",
        expectedExit: 0,
        timeoutMs: 120_000,
      },
      {
        type: "file_exists",
        name: "README.md exists",
        weight: 2.5,
        required: true,
        path: "README.md",
        mustExist: true,
      },
      { type: "file_exists", name: "old.txt is gone", weight: 1, required: false, path: "old.txt", mustExist: false },
      {
        type: "forbidden_patterns",
        name: "no logs",
        weight: 1,
        required: false,
        patterns: ["console\\.log"],
        in: ["changed_lines"],
      },
      {
        type: "test_enforcement",
        name: "test enforcement",
        weight: 1,
        required: false,
        minTests: 1,
        globs: TEST_GLOBS,
      },
      { ...command, type: "fail_to_pass", name: "fail to pass", tests: [], globs: TEST_GLOBS },
      { ...command, type: "no_regression", name: "no regression", report: "out/*.xml", timeoutMs: 600_000 },
      { type: "custom", name: "./score", weight: 1, required: false, command: "./score", timeoutMs: 60_000 },
    ]);
  });

  test("names are told apart", () => {
    const long = "x".repeat(100);
    const names = planned(`validators: [npm test, npm test, npm test (2), ${long}, ${long}]`)?.spec?.validators.map(
      ({ name }) => name,
    );
    expect(names?.slice(0, 3)).toEqual(["npm test", "npm test (2)", "npm test (2) (2)"]);
    expect(new Set(names).size).toBe(5);
  });

  test("the gate, retries and the fallback", () => {
    const spec = planned(
      "validators: [npm test]",
      "gate: weighted",
      "min_score: 0.8",
      "retry: { policy: exponential, max_retries: 3 }",
      "fallback: false",
    )?.spec;
    expect(spec).toMatchObject({
      gateMode: "weighted",
      minScore: 0.8,
      retry: { kind: "exponential", maxRetries: 3 },
      useFallback: false,
    });
    expect(planned("validators: [a]", "retry: { policy: fixed }")?.spec?.retry).toEqual({
      kind: "fixed",
      maxRetries: 1,
    });
    expect(planned("validators: [a]", "retry: { policy: none }")?.spec?.retry).toEqual({ kind: "none", maxRetries: 0 });
  });

  test.each([
    ["an empty list", ["validators: []"], "5:7 `autopack.phases[0].validators` must be at least 1 entry long."],
    ["no type", ["validators:", "  - { command: x }"], "6:11 `autopack.phases[0].validators[0].type` is missing."],
    [
      "an unknown type",
      ["validators:", "  - { type: tests }"],
      "6:19 `autopack.phases[0].validators[0].type` must be one of `test_pass`,",
    ],
    ["a slip of the pen", ["validators:", "  - { type: custom, comand: x }"], "did you mean `command`?"],
    [
      "a bad pattern",
      ["validators:", "  - { type: forbidden_patterns, patterns: [a, '('] }"],
      "6:53 `autopack.phases[0].validators[0].patterns[1]` is no regular expression: unterminated group.",
    ],
    [
      "a dangerous one",
      ["validators:", "  - { type: forbidden_patterns, patterns: ['(a+)+'] }"],
      "repeats something that repeats itself",
    ],
    [
      "a path outside",
      ["validators:", "  - { type: file_exists, path: ../x }"],
      "must be relative to the repository's root",
    ],
    ["a timeout", ["validators:", "  - { type: custom, command: x, timeout_seconds: 3601 }"], "must be at most 3600"],
    ["no weight at all", ["validators:", "  - { type: custom, command: x, weight: 0 }"], "5:7 All weights are 0"],
    ["a negative weight", ["validators:", "  - { type: custom, command: x, weight: -1 }"], "must be at least 0"],
    ["a score without weights", ["validators: [a]", "min_score: 0.5"], "6:18 `min_score` needs `gate: weighted`."],
    ["weights without a score", ["validators: [a]", "gate: weighted"], "6:13 `gate: weighted` needs `min_score`."],
    ["a gate for nothing", ["gate: any_pass"], "5:13 `gate` says how `validators` are judged, and there are none."],
    [
      "retries that never come",
      ["validators: [a]", "retry: { policy: none, max_retries: 2 }"],
      "`policy: none` never tries again",
    ],
    [
      "names without a report",
      ["validators:", "  - { type: fail_to_pass, command: x, tests: [a] }"],
      "Tests are known by name only from a report",
    ],
  ])("%s is refused, with its line", (_, lines, expected) => {
    expect(refusal(read(phase(...lines)))).toContain(expected);
  });
});

describe("what else a phase says", () => {
  test("what it does to files; what it only reads gets no rights", () => {
    const found = planned(
      "files: [a.ts, { path: b.ts, operation: read }, { path: 'c/**', operation: delete }, { path: d }]",
      "priority: 0",
      "complexity: high",
    );
    expect(found).toMatchObject({ files: ["a.ts", "c/**", "d"], priority: 0, complexity: "high", spec: null });
    expect(found?.impacts.map(({ operation, path }) => `${operation} ${path}`)).toEqual([
      "update a.ts",
      "read b.ts",
      "delete c/**",
      "update d",
    ]);
    expect(found?.impacts.every(({ source, confidence }) => source === "declared" && confidence === 1)).toBe(true);
  });

  test("wrong ones are refused", () => {
    expect(refusal(read(phase("priority: 3")))).toContain("must be `0` or `1` or `2`, not `3`");
    expect(refusal(read(phase("files: [{ path: a, operation: chmod }]")))).toContain("must be `create` or `update`");
    expect(refusal(read(phase("files: [{ pth: a }]")))).toContain("did you mean `path`?");
  });

  test("other plans say nothing of it", () => {
    const unsaid = { spec: null, impacts: [], priority: 2, complexity: null };
    expect(phasesOf(read("just do it"))).toMatchObject([unsaid]);
    expect(phasesOf(read("- [ ] one\n- [ ] two"))).toMatchObject([unsaid, unsaid]);
  });
});

test("a long plan of tangled names is refused soon", () => {
  const phases = Array.from({ length: 900 }, (_, index) => `    - { title: T${index}, depends_on: [x, y, z, u, v] }`);
  const text = refusal(read(`\`\`\`yaml\nautopack:\n  phases:\n${phases.join("\n")}\n\`\`\`\n`));
  expect(text.split("\n")).toHaveLength(51);
});
