import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLive } from "../../src/domain/attempt.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { Intent } from "../../src/domain/intent.ts";
import { hasEnded } from "../../src/domain/phase.ts";
import { isPaused } from "../../src/domain/run.ts";
import type { Run } from "../../src/domain/run.ts";
import { schedule } from "../../src/domain/schedule.ts";
import { steer } from "../../src/domain/steering.ts";
import type { SteeringCommand } from "../../src/domain/steering.ts";
import { transition } from "../../src/domain/transition.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { answer, commit, MAX_EVENTS, stories } from "./anyStory.ts";
import { planOf, queuedRun, SETTINGS, started, strategy } from "./runFixture.ts";

/** What people may ask at any moment, drawn at random. */
function wish(run: Run, dice: (sides: number) => number): SteeringCommand {
  const phase = 1 + dice(run.phases.length + 1);
  const by = "mona";
  const commands: readonly SteeringCommand[] = [
    { kind: "retry", by, phase: dice(2) === 0 ? null : phase },
    { kind: "skip", by, phase, reason: "not needed" },
    { kind: "fix", by, source: "command", reviewId: null, instruction: "Say hello twice", threads: [] },
    { kind: "rerun", by, gate: (["preflight", "ci", "audit"] as const)[dice(3)] ?? "ci", profile: null },
    { kind: "override", by, gate: (["preflight", "ci", "audit"] as const)[dice(3)] ?? "ci", reason: "known" },
    { kind: "promote", by },
    { kind: "approve", by, sha: null },
    { kind: "withdraw", by },
    { kind: "hold", how: dice(2) === 0 ? "pause" : "hold", by, reason: "wait" },
    {
      kind: "resume",
      by,
      extra: dice(3) === 0 ? { tokens: 100 } : {},
      lifts: (["pause", "hold", null] as const)[dice(3)] ?? null,
    },
    { kind: "rollback", by, to: run.base?.sha ?? commit(run), force: true },
  ];
  return commands[dice(commands.length)] ?? { kind: "promote", by };
}

/** News of the issue at any moment. */
function news(run: Run, dice: (sides: number) => number): RunEvent {
  const events: readonly RunEvent[] = [
    { kind: "issue_edited", by: "alice", title: "Other", body: "" },
    { kind: "issue_edited", by: "alice", title: run.request.title, body: run.request.body },
    { kind: "issue_closed", by: "alice" },
    { kind: "issue_reopened", by: "alice" },
    { kind: "base_moved" },
    { kind: "head_moved", from: run.head, to: commit(run), by: "bob", commits: 1 },
  ];
  return events[dice(events.length)] ?? { kind: "base_moved" };
}

/** A job of an attempt is taken only while the run starts things, and only when it is the newest of that attempt. */
function isTaken(run: Run, intent: Intent): boolean {
  if (!("attemptId" in intent)) return true;
  const attempt = [run.planner, ...run.phases].find((phase) => phase?.attempt?.id === intent.attemptId)?.attempt;
  return attempt?.waits === intent.waits && isLive(attempt) && !isPaused(run) && run.rollback === null;
}

/** The same plan, to be written by an agent. */
function called(plan: RunEvent): RunEvent {
  if (plan.kind !== "plan_ready") throw new Error("no plan");
  const { base, settings, configHash, strategy: compiled } = plan;
  return { kind: "planner_called", base, settings, configHash, strategy: compiled };
}

/** What a planner comes back with: mostly the plan. */
function wrote(
  plan: RunEvent,
  { attemptId }: Extract<Intent, { kind: "plan_run" }>,
  dice: (sides: number) => number,
): readonly RunEvent[] {
  if (plan.kind !== "plan_ready") throw new Error("no plan");
  const record = { attemptId, log: null, usage: NO_USAGE };
  const failure = { class: dice(2) === 0 ? ("environment" as const) : ("junk_result" as const), message: "no plan" };
  const failed: RunEvent = { kind: "attempt_failed", outcome: "failed", failure, ...record };
  const ends: readonly RunEvent[] = [{ ...plan, planner: record }, { kind: "attempt_lost", attemptId }, failed];
  return [started(attemptId), ends[Math.max(0, dice(6) - 3)] ?? failed];
}

describe("people steering at any moment", () => {
  test("what is accepted is never stale, and once they leave it alone the run ends", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const dice = (sides: number): number => (story.seed.next().value as number) % sides;
        let run = transition(queuedRun(), { kind: "planning_started" }).run;
        const finalAudit = (["never", "auto", "always"] as const)[dice(3)] ?? "never";
        const settings = { planner: SETTINGS.builder, investigator: null, fallbackBuilder: null, finalAudit };
        const plan = planOf(story.plan, { settings, strategy: strategy({ maxPhases: 30 }) });
        const begun = transition(run, dice(2) === 0 ? plan : called(plan));
        run = begun.run;
        const waiting = [...begun.intents];
        const take = (event: RunEvent): boolean => {
          const next = transition(run, event);
          run = next.run;
          waiting.push(...next.intents.filter(({ kind }) => kind !== "project_run"));
          expect(run.rerun === null || ["building", "verifying"].includes(run.state.kind)).toBe(true);
          expect(run.awaiting === null || run.state.kind === "verifying").toBe(true);
          expect(schedule(run).run).toEqual(run);
          return next.changed;
        };
        const work = (): void => {
          const [intent] = waiting.splice(dice(waiting.length), 1);
          // The end of a grace is a matter of minutes, and people act meanwhile.
          if (intent === undefined || intent.kind === "end_closed" || !isTaken(run, intent)) return;
          for (const event of intent.kind === "plan_run" ? wrote(plan, intent, dice) : answer(run, intent, dice))
            take(event);
        };
        for (let turn = 0; turn < 60; turn += 1) {
          if (dice(3) === 0) {
            const steering = steer(run, wish(run, dice));
            if (steering.kind === "accepted")
              expect([take(steering.event), steering.event]).toEqual([true, steering.event]);
          } else if (dice(5) === 0) take(news(run, dice));
          else work();
        }
        take({ kind: "issue_reopened", by: "alice" });
        take({ kind: "issue_edited", by: "alice", title: run.request.title, body: run.request.body });
        take({ kind: "resumed", by: "mona", extra: {} });
        for (let left = MAX_EVENTS; waiting.length > 0; left -= 1) {
          expect(left).toBeGreaterThan(0);
          work();
        }
        expect(run.phases.filter((phase) => !hasEnded(phase))).toEqual([]);
        expect(["promotable", "no_changes", "failed", "promoted"]).toContain(run.state.kind);
      }),
      { numRuns: 300 },
    );
  });
});
