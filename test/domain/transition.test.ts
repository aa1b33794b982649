import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLive } from "../../src/domain/attempt.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { AttemptId, PhaseId } from "../../src/domain/ids.ts";
import type { Intent } from "../../src/domain/intent.ts";
import { isFinal } from "../../src/domain/run.ts";
import type { Run, RunStateKind } from "../../src/domain/run.ts";
import { transition } from "../../src/domain/transition.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { attemptFailed, audited, built, candidate, checked, planReady, queuedRun, sha, started } from "./runFixture.ts";

const PHASE = "7-k3f9x2ab.1";

function after(events: readonly RunEvent[], run: Run = queuedRun()): { run: Run; intents: readonly Intent[] } {
  return events.reduce<{ run: Run; intents: readonly Intent[] }>(({ run: now }, event) => transition(now, event), {
    run,
    intents: [],
  });
}

function integrated(phase: string, digit: string): RunEvent {
  return { kind: "phase_integrated", phaseId: phase as PhaseId, sha: sha(digit) };
}

const planning: RunEvent = { kind: "planning_started" };
const upToChecks = (digit = "1"): RunEvent[] => [
  planning,
  planReady(),
  started(`${PHASE}.1`),
  built(`${PHASE}.1`, candidate(digit)),
];
const upToAudit = (): RunEvent[] => [...upToChecks(), checked(PHASE, candidate("1")), started(`${PHASE}.2`)];
const upToVerify = (): RunEvent[] => [
  ...upToAudit(),
  audited(`${PHASE}.2`, { patch: candidate("1").patch, decision: "approve" }),
  integrated(PHASE, "b"),
];
const verified: RunEvent = {
  kind: "gates_verified",
  head: sha("b"),
  base: sha("a"),
  conflicts: [],
  evidence: (["preflight", "ci"] as const).map((gate) => ({
    gate,
    conclusion: "success",
    reason: "",
    steps: [],
    findings: [],
  })),
};

/** Kinds of jobs; a moved head calls for a forecast each time, which is nothing to these stories. */
function kinds(intents: readonly Intent[]): readonly string[] {
  return intents.map((intent) => intent.kind).filter((kind) => kind !== "forecast_conflicts");
}

describe("one phase from label to merge", () => {
  test("planning", () => {
    const { run, intents } = after([planning, planReady()]);
    expect(run.state.kind).toBe("building");
    expect(run.phases[0]).toMatchObject({
      id: PHASE,
      state: { kind: "building" },
      attempt: { id: `${PHASE}.1`, state: "pending" },
    });
    expect(kinds(intents)).toEqual(["build_phase", "project_run"]);
  });

  test("a built change is checked, then audited, then integrated", () => {
    expect(kinds(after(upToChecks()).intents)).toEqual(["check_phase", "project_run"]);
    expect(kinds(after([...upToChecks(), checked(PHASE, candidate("1"))]).intents)).toEqual([
      "audit_phase",
      "project_run",
    ]);
    const approved = after([
      ...upToAudit(),
      audited(`${PHASE}.2`, { patch: candidate("1").patch, decision: "approve" }),
    ]);
    expect(kinds(approved.intents)).toEqual(["integrate_phase", "project_run"]);
  });

  test("the last commit is verified, and its gates are those of the tree that was checked", () => {
    const { run, intents } = after(upToVerify());
    expect(run).toMatchObject({ state: { kind: "verifying" }, head: sha("b") });
    expect(run.gates.map((gate) => [gate.gate, gate.conclusion, gate.sha])).toEqual([
      ["preflight", "success", sha("b")],
      ["ci", "success", sha("b")],
      ["audit", "success", sha("b")],
    ]);
    expect(kinds(intents)).toEqual(["verify_run", "project_run"]);
  });

  test("auto-merge waits until GitHub shows the pull request as ready", () => {
    const plan = planReady({ promotion: { approvals: 0, merge: "autopack", ready: "auto", method: "merge" } });
    const events = [...upToVerify(), verified].map((event) => (event.kind === "plan_ready" ? plan : event));
    const opened = after([...events, { kind: "pull_opened", pull: { number: 8, nodeId: "PR_8", draft: true } }]);
    expect(kinds(opened.intents)).toEqual(["project_run"]);
    expect(kinds(transition(opened.run, { kind: "pull_readied" }).intents)).toEqual(["merge_pull", "project_run"]);
  });

  test("merged: the branch goes, and nothing moves the run any more", () => {
    const merged = after([...upToVerify(), verified, { kind: "pull_merged", sha: sha("c"), by: "bob" }]);
    expect(merged.run.state).toEqual({ kind: "promoted", sha: sha("c"), by: "bob" });
    expect(kinds(merged.intents)).toEqual(["delete_branch", "project_run"]);
  });
});

describe("when it goes wrong", () => {
  test("a failed attempt is followed by another that knows why, up to the limit, and then the run fails", () => {
    const once = after([planning, planReady(), started(`${PHASE}.1`), attemptFailed(`${PHASE}.1`, "boom")]);
    expect(once.run.phases[0]).toMatchObject({ retryAttempt: 1, feedback: "boom", attempt: { number: 2 } });
    const thrice = after([attemptFailed(`${PHASE}.2`), attemptFailed(`${PHASE}.3`, "still boom")], once.run);
    expect(thrice.run.state).toMatchObject({ kind: "failed", reason: "phases_failed" });
    expect(thrice.run.phases[0]?.state).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("still boom"),
    });
  });

  test("a lost attempt uses up none", () => {
    const { run, intents } = after([
      planning,
      planReady(),
      started(`${PHASE}.1`),
      { kind: "attempt_lost", attemptId: `${PHASE}.1` as AttemptId },
    ]);
    expect(run.phases[0]).toMatchObject({
      retryAttempt: 0,
      interruptions: 1,
      attempt: { id: `${PHASE}.2`, state: "pending" },
    });
    expect(run.phases[0]?.pastAttempts).toMatchObject([{ id: `${PHASE}.1`, state: "lost" }]);
    expect(kinds(intents)).toEqual(["build_phase", "project_run"]);
  });

  test("what a lost attempt says later is refused", () => {
    const { run } = after([
      planning,
      planReady(),
      started(`${PHASE}.1`),
      { kind: "attempt_lost", attemptId: `${PHASE}.1` as AttemptId },
    ]);
    expect(transition(run, built(`${PHASE}.1`, candidate("1")))).toMatchObject({ changed: false });
  });

  test("a policy violation is not retried", () => {
    const violation: RunEvent = {
      kind: "attempt_failed",
      attemptId: `${PHASE}.1` as AttemptId,
      outcome: "failed",
      failure: { class: "policy", message: "touches .github" },
      log: null,
      usage: NO_USAGE,
    };
    expect(after([planning, planReady(), started(`${PHASE}.1`), violation]).run.state).toMatchObject({
      kind: "failed",
      reason: "policy_violation",
    });
  });

  test("an answer that changes nothing is a failure, not progress", () => {
    const { run } = after([
      ...upToChecks(),
      checked(PHASE, candidate("1"), "failure"),
      started(`${PHASE}.2`),
      built(`${PHASE}.2`, candidate("1")),
    ]);
    expect(run.phases[0]).toMatchObject({ retryAttempt: 2, state: { kind: "building" } });
  });

  test("revise goes back to the Builder with the findings, and is capped", () => {
    const verdict = { patch: candidate("1").patch, decision: "revise" } as const;
    const once = after([...upToAudit(), audited(`${PHASE}.2`, verdict)]);
    expect(once.run.phases[0]).toMatchObject({ revisionEpoch: 1, retryAttempt: 0, state: { kind: "building" } });
    const again = (digit: string, number: number): RunEvent[] => [
      built(`${PHASE}.${number}`, candidate(digit)),
      checked(PHASE, candidate(digit)),
      audited(`${PHASE}.${number + 1}`, { patch: candidate(digit).patch, decision: "revise" }),
    ];
    const capped = after([...again("2", 3), ...again("3", 5)], once.run);
    expect(capped.run.state).toMatchObject({ kind: "failed", reason: "requires_human_review" });
  });

  test("escalate stops the run for a person", () => {
    const { run } = after([
      ...upToAudit(),
      audited(`${PHASE}.2`, { patch: candidate("1").patch, decision: "escalate" }),
    ]);
    expect(run.state).toMatchObject({ kind: "failed", reason: "requires_human_review" });
  });

  test("an auditor that gives no verdict is asked again, and then a person is", () => {
    const once = after([...upToAudit(), attemptFailed(`${PHASE}.2`, "junk")]);
    expect(once.run.phases[0]).toMatchObject({
      auditFailures: 1,
      retryAttempt: 0,
      state: { kind: "auditing" },
      attempt: { role: "auditor", number: 3 },
    });
    expect(transition(once.run, attemptFailed(`${PHASE}.3`, "junk")).run.state).toMatchObject({
      kind: "failed",
      reason: "requires_human_review",
    });
  });

  test("nothing changed: no branch, and the run says so", () => {
    const unchanged: RunEvent = {
      kind: "phase_unchanged",
      attemptId: `${PHASE}.1` as AttemptId,
      summary: "",
      log: null,
      usage: NO_USAGE,
    };
    expect(after([planning, planReady(), started(`${PHASE}.1`), unchanged]).run.state).toEqual({ kind: "no_changes" });
  });

  test("retry takes up a failed phase with clean counters and the reason", () => {
    const failed = after([
      planning,
      planReady({ builder: { ...queuedBuilder(1) } }),
      attemptFailed(`${PHASE}.1`, "boom"),
    ]).run;
    const { run, intents } = transition(failed, { kind: "retry_requested", by: "alice", phaseId: null });
    expect(run.phases[0]).toMatchObject({
      state: { kind: "building" },
      retryAttempt: 0,
      feedback: expect.stringContaining("boom"),
    });
    expect(kinds(intents)).toEqual(["build_phase", "project_run"]);
  });
});

function queuedBuilder(attempts: number) {
  const event = planReady();
  if (event.kind !== "plan_ready") throw new Error("not a plan");
  return { ...event.settings.builder, limits: { ...event.settings.builder.limits, attempts } };
}

describe("the branch moves", () => {
  const moved: RunEvent = { kind: "head_moved", from: sha("b"), to: sha("d"), by: "bob", commits: 1 };

  test("a person's push makes approvals stale and has the gates run again", () => {
    const approved = after([...upToVerify(), verified, { kind: "approved", by: "bob", sha: sha("b") }]).run;
    const { run, intents } = transition(approved, moved);
    expect(run).toMatchObject({
      state: { kind: "verifying" },
      head: sha("d"),
      gates: [],
      foreignCommits: 1,
      verifiedBase: null,
    });
    expect(kinds(intents)).toEqual(["verify_run", "project_run"]);
  });

  test("while a phase integrates, its candidate is checked again on the new head", () => {
    const events = [...upToAudit(), audited(`${PHASE}.2`, { patch: candidate("1").patch, decision: "approve" })];
    const { run, intents } = after([...events, { ...moved, from: null }]);
    expect(run.phases[0]?.state.kind).toBe("checking");
    expect(kinds(intents)).toEqual(["check_phase", "project_run"]);
    const rebased = { ...candidate("1"), base: sha("d") };
    expect(kinds(transition(run, checked(PHASE, rebased)).intents)).toEqual(["integrate_phase", "project_run"]);
  });

  test("a base that moved has a promotable run verified again", () => {
    const promotable = after([...upToVerify(), verified]).run;
    expect(transition(promotable, { kind: "base_moved" })).toMatchObject({ run: { state: { kind: "verifying" } } });
  });
});

/** Any event there is, about the run's own phase and attempts or made-up ones. */
const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constantFrom<RunEvent>(
    planning,
    planReady(),
    planReady({ promotion: { approvals: 1, merge: "autopack", ready: "auto", method: "squash" } }, ["One", "Two"]),
    { kind: "plan_approved", by: "bob" },
    { kind: "plan_refused", base: null, reason: "plan_invalid", message: "no", problems: [] },
    verified,
    { kind: "base_moved" },
    { kind: "head_moved", from: sha("b"), to: sha("d"), by: "bob", commits: 1 },
    { kind: "head_moved", from: null, to: sha("e"), by: "bob", commits: 1 },
    { kind: "history_rewritten", from: sha("b"), to: null },
    { kind: "pull_opened", pull: { number: 8, nodeId: "PR_8", draft: true } },
    { kind: "pull_readied" },
    { kind: "pull_merged", sha: sha("c"), by: "bob" },
    { kind: "pull_closed", by: "bob" },
    { kind: "merge_refused", head: sha("b"), message: "no" },
    { kind: "approved", by: "bob", sha: sha("b") },
    { kind: "retry_requested", by: "alice", phaseId: null },
    { kind: "cancel_requested", by: "alice" },
    { kind: "work_failed", intent: "verify_run", message: "no" },
  ),
  fc
    .record({
      phase: fc.constantFrom(1, 2),
      number: fc.integer({ min: 1, max: 8 }),
      digit: fc.constantFrom("1", "2", "3"),
      which: fc.integer({ min: 0, max: 11 }),
    })
    .map(({ phase, number, digit, which }): RunEvent => {
      const id = `7-k3f9x2ab.${phase}`;
      const attempt = `${id}.${number}` as AttemptId;
      const choices: readonly RunEvent[] = [
        started(attempt),
        { kind: "attempt_lost", attemptId: attempt },
        attemptFailed(attempt),
        built(attempt, candidate(digit)),
        { kind: "phase_unchanged", attemptId: attempt, summary: "", log: null, usage: NO_USAGE },
        checked(id, candidate(digit)),
        checked(id, candidate(digit), "failure"),
        audited(attempt, { patch: candidate(digit).patch, decision: "approve" }),
        audited(attempt, { patch: candidate(digit).patch, decision: "revise" }),
        integrated(id, "b"),
        { kind: "candidate_conflicted", phaseId: id as PhaseId, onto: sha("d"), paths: ["a.ts"] },
        { kind: "candidate_superseded", phaseId: id as PhaseId, onto: sha("d") },
      ];
      return choices[which] ?? started(attempt);
    }),
);

const LEGAL: Readonly<Record<RunStateKind, readonly RunStateKind[]>> = {
  queued: ["planning", "failed", "cancelled", "promoted"],
  planning: ["awaiting_approval", "building", "failed", "cancelled", "promoted"],
  awaiting_approval: ["building", "failed", "cancelled", "promoted"],
  building: ["verifying", "no_changes", "failed", "cancelled", "promoted"],
  verifying: ["promotable", "failed", "cancelled", "promoted"],
  promotable: ["verifying", "failed", "cancelled", "promoted"],
  failed: ["queued", "building", "verifying", "cancelled", "promoted", "no_changes"],
  promoted: [],
  no_changes: [],
  cancelled: [],
};

describe("whatever happens, in whatever order", () => {
  test("moves are legal, ends are final, and stale events change nothing", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let run = queuedRun();
        for (const event of [planning, planReady({}, ["One", "Two"]), ...events]) {
          const next = transition(run, event);
          if (!next.changed) expect(next).toEqual({ run, intents: [], changed: false });
          if (next.run.state.kind !== run.state.kind) expect(LEGAL[run.state.kind]).toContain(next.run.state.kind);
          if (isFinal(run.state)) expect(next.run.state).toEqual(run.state);
          run = next.run;
        }
      }),
      { numRuns: 500 },
    );
  });

  test("at most one phase is at work, with at most one live attempt, and attempt numbers only grow", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const { run } = after([planning, planReady({}, ["One", "Two"]), ...events]);
        const atWork = run.phases.filter(
          (phase) => !["queued", "complete", "failed", "skipped"].includes(phase.state.kind),
        );
        expect(atWork.length).toBeLessThanOrEqual(1);
        for (const phase of run.phases) {
          const attempts = phase.attempt === null ? [] : [...phase.pastAttempts, phase.attempt];
          expect(attempts.map((attempt) => attempt.number)).toEqual(attempts.map((_, index) => index + 1));
          expect(phase.pastAttempts.filter(isLive)).toEqual([]);
        }
        if (run.state.kind !== "building")
          expect(run.phases.filter((phase) => phase.attempt !== null && isLive(phase.attempt))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("a run that is not at rest always has work under way or a live attempt", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const { run } = after([planning, planReady({}, ["One", "Two"]), ...events]);
        if (run.state.kind !== "building") return;
        const atWork = run.phases.filter((phase) =>
          ["building", "checking", "auditing", "integrating"].includes(phase.state.kind),
        );
        expect(atWork.length).toBe(1);
      }),
      { numRuns: 500 },
    );
  });
});
