import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AcceptanceResult } from "../../../src/domain/acceptance/acceptance.ts";
import { classifyCheckFailure } from "../../../src/domain/failures/classifyCheckFailure.ts";
import type { GateEvidence, StepResult } from "../../../src/domain/gate.ts";

/** Real outputs, cut to the lines that a log's tail keeps, in a folder a class. */
const OUTPUTS = new URL("../../../fixtures/check-outputs/", import.meta.url);

const STEP: StepResult = {
  name: "test",
  command: "npm test",
  outcome: "failed",
  exitCode: 1,
  durationMs: 1,
  log: null,
  tail: "",
};

function evidence(step: Partial<StepResult>, gate: "preflight" | "ci" = "ci"): GateEvidence {
  return { gate, conclusion: "failure", reason: "", steps: [{ ...STEP, ...step }], findings: [] };
}

const GREEN: GateEvidence = { gate: "ci", conclusion: "success", reason: "", steps: [], findings: [] };
const REFUSED: AcceptanceResult = { verdict: "failed", score: 0, reason: "", results: [], findings: [] };

describe.each(["syntax", "missing_dependency", "checks"] as const)("%s", (expected) => {
  const folder = new URL(`${expected}/`, OUTPUTS);
  test.each(readdirSync(folder))("%s", (name) => {
    const tail = readFileSync(new URL(name, folder), "utf8");
    expect(classifyCheckFailure([evidence({ tail })], null)).toBe(expected);
  });
});

test("a step that takes too long is a timeout, whatever it printed", () => {
  const step = { outcome: "timed_out", exitCode: null, tail: "SyntaxError: odd" } as const;
  expect(classifyCheckFailure([evidence(step)], null)).toBe("timeout");
});

test("a command that the shell does not know misses a dependency, even when it says nothing", () => {
  expect(classifyCheckFailure([evidence({ exitCode: 127 })], null)).toBe("missing_dependency");
  expect(classifyCheckFailure([evidence({ exitCode: 126 })], null)).toBe("checks");
});

test("the first step that failed counts", () => {
  const preflight = evidence({ tail: "src/a.ts(1,10): error TS1110: Type expected." }, "preflight");
  const ci: GateEvidence = { ...GREEN, conclusion: "failure", reason: "not run: preflight failed" };
  expect(classifyCheckFailure([preflight, ci], null)).toBe("syntax");
});

test("what the gates let through and the acceptance did not is a failed validation", () => {
  expect(classifyCheckFailure([GREEN], REFUSED)).toBe("validation");
  expect(classifyCheckFailure([GREEN], { ...REFUSED, verdict: "error" })).toBe("validation");
  expect(classifyCheckFailure([evidence({})], REFUSED)).toBe("checks");
  expect(classifyCheckFailure([{ ...GREEN, conclusion: "failure" }], null)).toBe("checks");
});
