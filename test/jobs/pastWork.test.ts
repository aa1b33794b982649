import { expect, test } from "vitest";
import type { PhaseId } from "../../src/domain/ids.ts";
import { pastWork } from "../../src/jobs/pastWork.ts";

const PHASE = "7-k3f9x2ab.1" as PhaseId;

function failure(message: string) {
  return { class: "checks", message };
}

function made(attemptId: string, patch: string) {
  return { kind: "phase_built", payload: { attemptId, candidate: { patch, tree: "t" } } };
}

test("a phase's failures and patches are read out of the run's history; other phases' and cut lines are passed over", () => {
  const lines = [
    { kind: "attempt_started", payload: { attemptId: `${PHASE}.1` } },
    { kind: "attempt_failed", payload: { attemptId: `${PHASE}.1`, failure: failure("first") } },
    { kind: "attempt_failed", payload: { attemptId: `${PHASE}1.1`, failure: failure("of phase 11") } },
    made(`${PHASE}.2`, "aa"),
    { kind: "checks_failed", payload: { phaseId: PHASE, failure: failure("second") } },
    { kind: "checks_failed", payload: { phaseId: `${PHASE}1`, failure: failure("of phase 11") } },
    made(`${PHASE}1.3`, "bb"),
    made(`${PHASE}.3`, "cc"),
    made(`${PHASE}.4`, "aa"),
    { kind: "checks_failed", payload: { phaseId: PHASE, head: '{"phaseId": "7-k3' } },
  ];

  expect(pastWork(lines, PHASE)).toEqual({
    errors: [
      { attempt: 1, class: "checks", message: "first" },
      { attempt: null, class: "checks", message: "second" },
    ],
    patches: ["aa", "cc"],
  });
});
