import { expect, test } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import type { HistoryLine } from "../../src/store/events.ts";
import { tellEvent } from "./tellEvent.ts";

/** Of a run nothing is read but what its phases have come to. */
function runWith(phase: object): Run {
  return {
    phases: [{ state: { kind: "building" }, attempt: null, pastAttempts: [], feedback: null, ...phase }],
  } as unknown as Run;
}

function line(kind: string, payload: Record<string, unknown>): HistoryLine {
  return { seq: 1, kind, payload, at: new Date(0) };
}

const output =
  "ci: `node --test` exited with 1. The end of its output:\n\n✖ prints\n  RangeError: guests, not NaN\n  at x";

test("a red CI is told by the first error in its output", () => {
  const event = line("checks_failed", { phaseId: "1-k3f9x2ab.1", message: output });
  expect(tellEvent(event, runWith({})).note).toEqual({ text: "CI      red: RangeError: guests, not NaN", tone: "bad" });
});

test("what was too long for the history is read from the run", () => {
  const event = line("checks_failed", { head: '{"phaseId":"1-k3f9x2ab.1","candi' });
  expect(tellEvent(event, runWith({ feedback: output })).note?.text).toBe("CI      red: RangeError: guests, not NaN");
  expect(tellEvent(line("phase_built", { head: "{" }), runWith({})).note?.text).toBe("Builder a change");
});

test("who is at work is told by the attempt's role", () => {
  const attempt = { id: "1-k3f9x2ab.1.2", role: "auditor" };
  const event = line("attempt_started", { attemptId: "1-k3f9x2ab.1.2", workerId: "w" });
  expect(tellEvent(event, runWith({ attempt })).now).toBe("the Auditor reads the change");
  expect(tellEvent(event, runWith({})).now).toBe("building");
});

test("an Auditor's words cannot steer the terminal", () => {
  const verdict = { decision: "revise", summary: "", findings: [{ title: "bad\u001B[2J\nmore" }] };
  const { note } = tellEvent(line("audit_finished", { verdict }), runWith({}));
  expect(note).toEqual({ text: "Auditor asks for a revision: bad[2J", tone: "warning" });
});

test("what nobody needs to know is not told", () => {
  expect(tellEvent(line("planning_started", {}), runWith({}))).toEqual({ note: null, now: null });
});
