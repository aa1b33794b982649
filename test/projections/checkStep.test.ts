import { expect, test } from "vitest";
import type { CheckOutcome, CheckVerdict, StepResult } from "../../src/domain/gate.ts";
import { checkEnd, checkRemedy } from "../../src/projections/checkStep.ts";

const VERDICTS: readonly CheckVerdict[] = [
  "passed",
  "failed",
  "timed_out",
  "cancelled",
  "stale",
  "action_required",
  "startup_failure",
  "unfinished",
  "missing",
];

function seen(verdict: CheckVerdict, more: Partial<CheckOutcome> = {}): CheckOutcome {
  return { verdict, source: "check_run", app: "github-actions", conclusion: null, url: null, ...more };
}

function step(check: CheckOutcome, name = "build (20)"): StepResult {
  const command = `check: ${name}`;
  return { name, command, outcome: "failed", exitCode: null, durationMs: 0, log: null, tail: "", check };
}

function failed(url: string): string {
  return checkRemedy(step(seen("failed", { url }))) ?? "";
}

test.each(VERDICTS)("what is said of a check: %s", (verdict) => {
  const check = seen(verdict);
  expect(`${checkEnd(check)}\n${checkRemedy(step(check)) ?? "nothing to do"}`).toMatchSnapshot();
});

test("GitHub's word is told where it says more", () => {
  expect(checkEnd(seen("passed", { conclusion: "skipped" }))).toBe("passed as skipped (`github-actions`)");
  expect(checkEnd(seen("failed", { conclusion: "error", app: null, source: "status" }))).toBe(
    "failed as `error` (a commit status)",
  );
});

test("details are linked to where they are an address of the web, and cannot end the link", () => {
  expect(failed("https://ci.example/1?q=(a)")).toContain("([details](https://ci.example/1?q=%28a%29))");
  expect(failed("https://ci.example/a b) [x](y")).toContain("([details](https://ci.example/a%20b%29%20[x]%28y))");
  expect(failed("javascript:alert(1)")).not.toContain("details");
  expect(failed("not an address")).not.toContain("details");
});
