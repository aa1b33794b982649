import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import type { GateEvidence } from "../../src/domain/gate.ts";
import type { PhaseId } from "../../src/domain/ids.ts";
import type { Objection } from "../../src/domain/objection.ts";
import type { Run } from "../../src/domain/run.ts";
import { steer } from "../../src/domain/steering.ts";
import type { SteeringCommand } from "../../src/domain/steering.ts";
import { transition } from "../../src/domain/transition.ts";
import { RUN_ID, built, candidate, planOf, plannedPhase, queuedRun, sha, started } from "./runFixture.ts";

function objection(fingerprint: string, ruleSet: Objection["ruleSet"] = "secrets"): Objection {
  return {
    ruleSet,
    rule: "some_rule",
    level: "blocks",
    message: "Something is wrong.",
    remedy: "Mend it.",
    path: "a.ts",
    lines: null,
    side: "after",
    fingerprint,
  };
}

/** The gates of a change that the rules refuse. */
function refused(...objections: readonly Objection[]): readonly GateEvidence[] {
  const step = { command: "", exitCode: null, durationMs: 1, log: null, tail: "", ruleSet: "secrets" } as const;
  return [
    {
      gate: "preflight",
      conclusion: "failure",
      reason: "Secrets: 1 objection to the change",
      steps: [{ ...step, name: "Secrets", outcome: "failed" }],
      findings: [],
      objections,
    },
    { gate: "ci", conclusion: "failure", reason: "not run", steps: [], findings: [] },
  ];
}

function story(run: Run, ...events: readonly RunEvent[]): Run {
  return events.reduce((now, event) => transition(now, event).run, run);
}

function checksFailed(phase: number, evidence: readonly GateEvidence[]): RunEvent {
  return {
    kind: "checks_failed",
    phaseId: `${RUN_ID}.${phase}` as PhaseId,
    candidate: candidate("c"),
    evidence,
    acceptance: null,
    // Nothing that another attempt could mend: it fails at once.
    failure: { class: "policy", message: "The rules do not let this change pass" },
  };
}

const PLAN = planOf([plannedPhase("One"), plannedPhase("Two", { dependsOn: [1] })]);
const ATTEMPT = `${RUN_ID}.1.1`;

function checking(): Run {
  return story(queuedRun(), { kind: "planning_started" }, PLAN, started(ATTEMPT), built(ATTEMPT, candidate("c")));
}

function accept(run: Run, more: Partial<Extract<SteeringCommand, { kind: "accept" }>> = {}) {
  return steer(run, { kind: "accept", by: "mona", ruleSet: "secrets", phase: null, reason: "a sample", ...more });
}

function accepted(run: Run, more: Partial<Extract<SteeringCommand, { kind: "accept" }>> = {}): RunEvent {
  const steering = accept(run, more);
  if (steering.kind === "refused") throw new Error(steering.why);
  return steering.event;
}

describe("a phase that the rules refused", () => {
  const failed = story(checking(), checksFailed(1, refused(objection("f1"))));

  test("is checked again with its candidate, and what hangs on it waits for it", () => {
    expect(failed.state.kind).toBe("failed");
    expect(failed.phases.map(({ state }) => state.kind)).toEqual(["failed", "skipped"]);
    const { run, intents } = transition(failed, accepted(failed));
    expect(run.accepted).toEqual([
      { ruleSet: "secrets", fingerprints: ["f1"], by: "mona", reason: "a sample", phase: 1 },
    ]);
    expect(run.state.kind).toBe("building");
    expect(run.phases.map(({ state }) => state.kind)).toEqual(["checking", "queued"]);
    expect(run.phases[0]).toMatchObject({ candidate: candidate("c"), attempt: { number: 1, state: "completed" } });
    expect(run.waves.map(({ phases, state }) => [state, ...phases])).toEqual([
      ["failed", 1],
      ["cancelled", 2],
      ["running", 1],
      ["pending", 2],
    ]);
    expect(intents.map(({ kind }) => kind)).toEqual(["check_phase", "project_run"]);
  });

  test("stays failed while something stands that nobody has accepted", () => {
    const two = story(checking(), checksFailed(1, refused(objection("f1"), objection("f2", "tampering"))));
    const once = transition(two, accepted(two)).run;
    expect(once.phases[0]?.state.kind).toBe("failed");
    expect(accept(once)).toMatchObject({ kind: "refused" });
    const twice = transition(once, accepted(once, { ruleSet: "tampering" })).run;
    expect(twice.phases[0]?.state.kind).toBe("checking");
  });

  test("is not taken up for a command's failure that the rules had nothing to do with", () => {
    const [preflight, ci] = refused(objection("f1"));
    if (preflight === undefined || ci === undefined) throw new Error("two gates");
    const byCommand = [{ ...preflight, steps: [] }, ci];
    const run = story(checking(), checksFailed(1, byCommand));
    expect(transition(run, accepted(run)).run.phases[0]?.state.kind).toBe("failed");
  });
});

test("what is accepted while the check runs is not held against the change", () => {
  const before = checking();
  const known = { ...before, phases: before.phases.map((phase) => ({ ...phase, evidence: refused(objection("f1")) })) };
  const now = transition(known, accepted(known, { phase: 1 })).run;
  const { run, intents } = transition(now, checksFailed(1, refused(objection("f1"))));
  expect(run.phases[0]?.state.kind).toBe("checking");
  expect(intents.map(({ kind }) => kind)).toContain("check_phase");
});

test("of several phases the command has to name one", () => {
  const before = checking();
  const both = { ...before, phases: before.phases.map((phase) => ({ ...phase, evidence: refused(objection("f1")) })) };
  expect(accept(both)).toMatchObject({ kind: "refused", why: expect.stringContaining("phases 1, 2") });
  expect(accept(both, { phase: 2 })).toMatchObject({ kind: "accepted", event: { phase: 2 } });
  expect(accept(both, { phase: 2, ruleSet: "licence" })).toMatchObject({ kind: "refused" });
});

test("objections to the head are accepted for the run, and the head is verified once more", () => {
  const before = checking();
  const landed = before.phases.map((phase) => ({
    ...phase,
    state: { kind: "complete", sha: sha("d"), landing: 1 } as const,
  }));
  const gates = refused(objection("f1")).map((evidence) => ({ ...evidence, sha: sha("d") }));
  const run: Run = {
    ...before,
    phases: landed,
    head: sha("d"),
    gates,
    state: { kind: "failed", reason: "requires_human_review", message: "", problems: [] },
  };
  const event = accepted(run);
  expect(event).toMatchObject({ phase: null, fingerprints: ["f1"] });
  const next = transition(run, event);
  expect(next.run.state.kind).toBe("verifying");
  expect(next.intents.map(({ kind }) => kind)).toContain("verify_run");
  expect(accept({ ...run, head: sha("e") })).toMatchObject({ kind: "refused" });
});
