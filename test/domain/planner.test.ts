import { describe, expect, test } from "vitest";
import type { AttemptRecord, RunEvent } from "../../src/domain/event.ts";
import type { AttemptId } from "../../src/domain/ids.ts";
import type { Intent } from "../../src/domain/intent.ts";
import type { Run } from "../../src/domain/run.ts";
import { transition } from "../../src/domain/transition.ts";
import { attemptFailed, planOf, plannedPhase, queuedRun, SETTINGS, sha, started, strategy } from "./runFixture.ts";

const PLANNER = "7-k3f9x2ab.0";

const called: RunEvent = {
  kind: "planner_called",
  base: { branch: "main", sha: sha("a") },
  settings: { ...SETTINGS, planner: SETTINGS.builder },
  configHash: "cafe",
  strategy: strategy(),
};

function record(number: number): AttemptRecord {
  const usage = { inputTokens: 900, outputTokens: 100, costUsd: 0.5, turns: 3 };
  return { attemptId: `${PLANNER}.${number}` as AttemptId, log: null, usage };
}

function broken(number: number): RunEvent {
  const failure = { class: "environment", message: "no sandbox" } as const;
  return { kind: "attempt_failed", outcome: "failed", failure, ...record(number) };
}

function written(number: number): RunEvent {
  const ready = planOf([plannedPhase("Greet"), plannedPhase("Document it")]);
  if (ready.kind !== "plan_ready") throw new Error("no plan");
  return { ...ready, planner: record(number) };
}

function after(...events: readonly RunEvent[]): { readonly run: Run; readonly intents: readonly Intent[] } {
  return events.reduce<{ run: Run; intents: readonly Intent[] }>(({ run }, event) => transition(run, event), {
    run: transition(queuedRun(), { kind: "planning_started" }).run,
    intents: [],
  });
}

describe("a plan that an agent writes", () => {
  test("is asked for once", () => {
    const { run, intents } = after(called);
    expect(run.state.kind).toBe("planning");
    expect(run.planner).toMatchObject({
      id: PLANNER,
      ordinal: 0,
      tier: 0,
      attempt: { role: "planner", base: sha("a") },
    });
    expect(intents).toContainEqual({ kind: "plan_run", runId: run.id, attemptId: `${PLANNER}.1`, waits: 0 });
    expect(run.phases).toEqual([]);
    expect(transition(run, called).changed).toBe(false);
  });

  test("becomes the run's, and what it cost is kept", () => {
    const { run } = after(called, started(`${PLANNER}.1`), written(1));
    expect(run.state.kind).toBe("building");
    expect(run.phases.map(({ id, tier }) => [id, tier])).toEqual([
      ["7-k3f9x2ab.1", 1],
      ["7-k3f9x2ab.2", 1],
    ]);
    expect(run.planner).toMatchObject({
      state: { kind: "skipped" },
      attempt: { state: "completed", usage: { inputTokens: 900 } },
    });
  });

  test("is taken from nobody but the attempt that the run waits for", () => {
    const { run } = after(called, started(`${PLANNER}.1`), attemptFailed(`${PLANNER}.1`));
    expect(transition(run, written(1)).changed).toBe(false);
    const read = written(2);
    if (read.kind !== "plan_ready") throw new Error("no plan");
    const { planner: _, ...unsigned } = read;
    expect(transition(run, unsigned).changed).toBe(false);
    expect(transition(run, read).run.state.kind).toBe("building");
  });

  test("may be sent back twice, with what is wrong with it", () => {
    const failures = [1, 2].flatMap((number) => [
      started(`${PLANNER}.${number}`),
      attemptFailed(`${PLANNER}.${number}`, `phase ${number} has no title`),
    ]);
    const { run, intents } = after(called, ...failures);
    expect(run.planner).toMatchObject({ retryAttempt: 2, feedback: "phase 2 has no title" });
    expect(intents).toContainEqual(expect.objectContaining({ kind: "plan_run", attemptId: `${PLANNER}.3` }));
    const ended = transition(run, attemptFailed(`${PLANNER}.3`, "no JSON"));
    expect(ended.run.state).toMatchObject({
      kind: "failed",
      reason: "plan_invalid",
      message: "The planner gave no plan that holds: no JSON",
    });
    expect(ended.run.planner?.state.kind).toBe("failed");
  });

  test("that is refused ends the run with the question, and what it cost", () => {
    const refused: RunEvent = {
      kind: "plan_refused",
      base: { branch: "main", sha: sha("a") },
      reason: "needs_clarification",
      message: "the issue does not say which page",
      problems: [],
      planner: record(1),
    };
    const { run } = after(called, started(`${PLANNER}.1`), refused);
    expect(run.state).toMatchObject({ kind: "failed", reason: "needs_clarification" });
    expect(run.planner?.attempt).toMatchObject({ state: "completed", usage: { outputTokens: 100 } });
  });
});

describe("a planner's attempt", () => {
  test("that is lost with its worker is replaced, and uses up nothing", () => {
    const { run, intents } = after(called, started(`${PLANNER}.1`), {
      kind: "attempt_lost",
      attemptId: `${PLANNER}.1` as AttemptId,
    });
    expect(run.planner).toMatchObject({ retryAttempt: 0, interruptions: 1, attempt: { number: 2 } });
    expect(intents).toContainEqual(expect.objectContaining({ kind: "plan_run", attemptId: `${PLANNER}.2` }));
  });

  test("waits for a rate limit as itself", () => {
    const limited: RunEvent = {
      kind: "attempt_failed",
      outcome: "failed",
      failure: { class: "rate_limit", message: "429", retryAfterSeconds: 30 },
      ...record(1),
    };
    const { run, intents } = after(called, started(`${PLANNER}.1`), limited);
    expect(run.planner?.attempt).toMatchObject({ number: 1, state: "paused", waits: 1 });
    expect(intents).toContainEqual(
      expect.objectContaining({ kind: "plan_run", attemptId: `${PLANNER}.1`, waits: 1, afterSeconds: 30 }),
    );
  });

  test("whose environment is broken for good ends the run", () => {
    const { run } = after(called, ...Array.from({ length: 11 }, (_, index) => broken(index + 1)));
    expect(run.state).toMatchObject({ kind: "failed", reason: "environment" });
  });

  test("ends with the run", () => {
    const { run } = after(called, started(`${PLANNER}.1`), { kind: "cancel_requested", by: "bob" });
    expect(run.state.kind).toBe("cancelled");
    expect(run.planner).toMatchObject({
      state: { kind: "skipped", cause: "stopped" },
      attempt: { state: "cancelled" },
    });
  });

  test("waits while the run is paused, and comes again", () => {
    const pause: RunEvent = { kind: "held", how: "pause", by: "bob", reason: "wait" };
    const held = after(called, pause).run;
    expect(transition(held, started(`${PLANNER}.1`)).changed).toBe(false);
    const { intents } = transition(held, { kind: "resumed", by: "bob", extra: {} });
    expect(intents).toContainEqual(expect.objectContaining({ kind: "plan_run", attemptId: `${PLANNER}.1`, waits: 1 }));
  });

  test("goes on in a run that is tried again, under a new number", () => {
    const gone = after(
      called,
      attemptFailed(`${PLANNER}.1`),
      attemptFailed(`${PLANNER}.2`),
      attemptFailed(`${PLANNER}.3`),
    );
    const retried = transition(gone.run, { kind: "retry_requested", by: "bob", phaseId: null });
    expect(retried.intents).toContainEqual({ kind: "prepare_run", runId: gone.run.id });
    const again = transition(transition(retried.run, { kind: "planning_started" }).run, called);
    expect(again.run.planner).toMatchObject({ retryAttempt: 0, attempt: { number: 4 } });
    expect(again.run.planner?.pastAttempts).toHaveLength(3);
  });
});
