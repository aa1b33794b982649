import { expect, test } from "vitest";
import type { GateResult, StepResult } from "../../src/domain/gate.ts";
import type { Objection } from "../../src/domain/objection.ts";
import type { Run } from "../../src/domain/run.ts";
import { gateCheck } from "../../src/projections/gateCheck.ts";
import { neededFromPeople } from "../../src/projections/neededFromPeople.ts";
import { pullText } from "../../src/projections/pullBody.ts";
import { after, promotable, viewOf } from "./story.ts";

const OBJECTION: Objection = {
  ruleSet: "secrets",
  rule: "github_token",
  level: "blocks",
  message: "A GitHub token is written into the code.",
  remedy: "Take it out.",
  path: "src/a.ts",
  lines: { start: 3, end: 4 },
  side: "after",
  fingerprint: "f".repeat(32),
};

const STEP: StepResult = {
  name: "Secrets",
  command: "",
  outcome: "failed",
  exitCode: null,
  durationMs: 3,
  log: null,
  tail: "blocks: src/a.ts:3: A GitHub token is written into the code.",
  ruleSet: "secrets",
};

function refused(run: Run): GateResult {
  return {
    gate: "preflight",
    conclusion: "failure",
    reason: "Secrets: 1 objection to the change",
    steps: [STEP],
    findings: [
      {
        severity: "major",
        source: "static_check",
        title: OBJECTION.message,
        detail: OBJECTION.remedy,
        path: OBJECTION.path,
        lines: OBJECTION.lines,
      },
    ],
    objections: [OBJECTION],
    sha: run.head ?? ("" as GateResult["sha"]),
  };
}

test("what the rules object to is on its lines, and the way out is named by the rule set", () => {
  const run = after(promotable());
  const check = gateCheck(viewOf(run), refused(run));
  expect(check.conclusion).toBe("failure");
  expect(check.title).toBe("Failed: Secrets: 1 objection to the change, 1 finding");
  expect(check.annotations).toMatchObject([{ path: "src/a.ts", startLine: 3, endLine: 4, level: "failure" }]);
  expect(check.summary).toContain("- ❌ `Secrets`: 1 objection, ");
  expect(check.summary).toContain('`/autopack override secrets reason="…"` (maintain)');
  expect(check.text).toContain("### `Secrets`: 1 objection");
  expect(check.text).not.toContain("exit code");
});

test("a phase that failed for them says what a maintainer may type, until it is accepted", () => {
  const run = after(promotable());
  const phases = run.phases.slice(0, 1).map((phase) => ({
    ...phase,
    state: { kind: "failed", reason: "", cause: "phases_failed" } as const,
    evidence: [refused(run)],
  }));
  const failed: Run = { ...run, phases, state: { kind: "failed", reason: "phases_failed", message: "", problems: [] } };
  expect(neededFromPeople(viewOf(failed))).toContain('`/autopack override secrets phase=1 reason="…"`');
  const accepted = {
    ruleSet: "secrets",
    fingerprints: [OBJECTION.fingerprint],
    by: "mona",
    reason: "a `sample`",
    phase: 1,
  } as const;
  expect(neededFromPeople(viewOf({ ...failed, accepted: [accepted] }))).not.toContain("override");
  expect(pullText(viewOf({ ...run, accepted: [accepted] }))).toContain("- `secrets`, 1 objection in phase 1: mona, ");
});
