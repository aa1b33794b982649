import { expect, test } from "vitest";
import type { Phase } from "../../src/domain/phase.ts";
import type { Run } from "../../src/domain/run.ts";
import type { HistoryLine } from "../../src/store/events.ts";
import { tellEvent } from "./tellEvent.ts";
import type { Subject } from "./tellEvent.ts";

/** Of a run nothing is read but what its phase has come to, and where its wave began. */
function about(phase: object = {}): Subject {
  const whole = {
    ordinal: 1,
    state: { kind: "building" },
    attempt: null,
    pastAttempts: [],
    feedback: null,
    candidate: null,
    acceptance: null,
    findings: [],
    ...phase,
  } as unknown as Phase;
  return { phase: whole, run: { phases: [whole], waves: [{ phases: [1, 2], base: "aaa" }] } as unknown as Run };
}

function line(kind: string, payload: Record<string, unknown>): HistoryLine {
  return { seq: 1, kind, payload, at: new Date(0) };
}

function wordsOf(event: HistoryLine, subject: Subject): readonly string[] {
  return tellEvent(event, subject).notes.map(({ text }) => text);
}

const output =
  "ci: `node --test` exited with 1. The end of its output:\n\n✖ prints\n  RangeError: guests, not NaN\n  at x";

test("a red CI is told by the first error in its output", () => {
  const event = line("checks_failed", { phaseId: "1-k3f9x2ab.1", failure: { class: "checks", message: output } });
  expect(tellEvent(event, about()).notes).toEqual([{ text: "CI      red: RangeError: guests, not NaN", tone: "bad" }]);
});

test("what was too long for the history is read from the run", () => {
  const event = line("checks_failed", { phaseId: "1-k3f9x2ab.1", head: '{"phaseId":"1-k3f9x2ab.1","candi' });
  expect(wordsOf(event, about({ feedback: output }))).toEqual(["CI      red: RangeError: guests, not NaN"]);
  const candidate = { summary: "Adds it.", filesChanged: 1, linesAdded: 2, linesDeleted: 0 };
  expect(wordsOf(line("phase_built", { head: "{" }), about({ candidate }))).toEqual([
    "Builder 1 file, +2 -0: Adds it.",
  ]);
  expect(wordsOf(line("phase_built", { head: "{" }), about())).toEqual(["Builder a change"]);
});

test("what a Builder noticed is told, too", () => {
  const candidate = { base: "aaa", summary: "Adds it.", filesChanged: 2, linesAdded: 2, linesDeleted: 1 };
  const findings = [{ severity: "minor", title: "`cup` and `cups`", path: "src/recipes.js" }];
  expect(wordsOf(line("phase_built", { candidate, findings }), about())).toEqual([
    "Builder 2 files, +2 -1: Adds it.",
    "Builder noticed, minor: `cup` and `cups`, in src/recipes.js",
  ]);
});

test("green checks are told with what the validators said, and where they ran", () => {
  const acceptance = { reason: "all passed", results: [{ verdict: "passed" }, { verdict: "failed" }] };
  const candidate = { summary: "", filesChanged: 1, linesAdded: 1, linesDeleted: 0 };
  const there = line("checks_passed", { candidate: { ...candidate, base: "aaa" }, acceptance: null });
  expect(wordsOf(there, about())).toEqual(["CI      preflight and tests are green"]);
  const elsewhere = line("checks_passed", { candidate: { ...candidate, base: "bbb" }, acceptance });
  expect(wordsOf(elsewhere, about())).toEqual([
    "CI      preflight and tests are green, 1 of 2 validators passed, on top of what landed meanwhile",
  ]);
});

test("who is at work is told by the attempt's role", () => {
  const attempt = { id: "1-k3f9x2ab.1.2", role: "auditor" };
  const event = line("attempt_started", { attemptId: "1-k3f9x2ab.1.2", workerId: "w" });
  expect(tellEvent(event, about({ attempt })).now).toBe("the Auditor reads the change");
  expect(tellEvent(event, about()).now).toBe("building");
});

test("an Auditor's words cannot steer the terminal", () => {
  const verdict = { decision: "revise", summary: "", findings: [{ title: "bad\u001B[2J\nmore" }] };
  const { notes } = tellEvent(line("audit_finished", { verdict }), about());
  expect(notes).toEqual([{ text: "Auditor asks for a revision: bad[2J", tone: "warning" }]);
});

test("what nobody needs to know is not told", () => {
  expect(tellEvent(line("planning_started", {}), { ...about(), phase: null })).toEqual({ notes: [], now: null });
});
