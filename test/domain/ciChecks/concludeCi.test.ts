import { expect, test } from "vitest";
import { awaitedChecks } from "../../../src/domain/ciChecks/awaitedChecks.ts";
import { concludeCi } from "../../../src/domain/ciChecks/concludeCi.ts";
import type { CheckVerdict, GateEvidence, StepResult } from "../../../src/domain/gate.ts";
import { SETTINGS } from "../runFixture.ts";

const COMMAND: StepResult = {
  name: "test",
  command: "npm test",
  outcome: "passed",
  exitCode: 0,
  durationMs: 10,
  log: null,
  tail: "",
};

function check(name: string, verdict: CheckVerdict): StepResult {
  const outcome = verdict === "passed" ? "passed" : "failed";
  const seen = { verdict, source: null, app: null, conclusion: null, url: null };
  return { ...COMMAND, name, command: `check: ${name}`, exitCode: null, outcome, check: seen };
}

function gate(more: Partial<GateEvidence>): GateEvidence {
  return { gate: "ci", conclusion: "success", reason: "1 step passed", steps: [COMMAND], findings: [], ...more };
}

test("checks come after the commands, and the other gates stay", () => {
  const preflight = gate({ gate: "preflight" });
  const [first, ci] = concludeCi([preflight, gate({})], [check("build", "passed"), check("lint", "passed")]);
  expect(first).toBe(preflight);
  expect(ci).toMatchObject({ conclusion: "success", reason: "1 step and 2 checks passed" });
  expect(ci?.steps.map(({ name }) => name)).toEqual(["test", "build", "lint"]);
});

test("a profile of checks alone is no longer skipped", () => {
  const skipped = gate({ conclusion: "skipped", reason: "the configuration names no commands", steps: [] });
  expect(concludeCi([skipped], [check("build", "passed")])).toMatchObject([
    { conclusion: "success", reason: "1 check passed" },
  ]);
});

test.each([
  ["failed", "“build” failed, and 1 more"],
  ["missing", "CI is missing: nothing named “build” has begun, and 1 more"],
  ["unfinished", "“build” did not end in time, and 1 more"],
  ["timed_out", "“build” took too long, and 1 more"],
  ["cancelled", "“build” was cancelled, and 1 more"],
  ["stale", "“build” was given up as stale, and 1 more"],
  ["action_required", "“build” waits for somebody's approval, and 1 more"],
  ["startup_failure", "“build” could not be started, and 1 more"],
] as const)("red: %s", (verdict, reason) => {
  const checks = [check("lint", "passed"), check("build", verdict), check("e2e", "failed")];
  expect(concludeCi([gate({})], checks)).toMatchObject([{ conclusion: "failure", reason }]);
});

test("what an earlier reading said is replaced", () => {
  const red = concludeCi([gate({})], [check("build", "failed")]);
  expect(concludeCi(red, [check("build", "passed")])).toEqual(concludeCi([gate({})], [check("build", "passed")]));
});

test("commands that failed, or never ran, stay the reason", () => {
  const failed = gate({
    conclusion: "failure",
    reason: "“test” exited with 1",
    steps: [{ ...COMMAND, outcome: "failed" }],
  });
  expect(concludeCi([failed], [check("build", "passed")])).toMatchObject([
    { conclusion: "failure", reason: "“test” exited with 1" },
  ]);
  const unrun = gate({ conclusion: "failure", reason: "not run: preflight failed", steps: [] });
  expect(concludeCi([unrun], [check("build", "passed")])).toEqual([unrun]);
});

test("the strict profile waits for the normal one's checks as well", () => {
  const normal = { check: "build", timeoutMs: 1, startWithinMs: 1 };
  const strict = { ...normal, check: "e2e" };
  const settings = { ...SETTINGS, ciChecks: [normal], ciStrictChecks: [strict] };
  expect(awaitedChecks(settings, "normal")).toEqual([normal]);
  expect(awaitedChecks(settings, "strict")).toEqual([normal, strict]);
});
