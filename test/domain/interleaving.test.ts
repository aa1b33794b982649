import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLive } from "../../src/domain/attempt.ts";
import { hasEnded } from "../../src/domain/phase.ts";
import type { Phase } from "../../src/domain/phase.ts";
import type { PlannedPhase } from "../../src/domain/plan.ts";
import type { Run } from "../../src/domain/run.ts";
import { schedule } from "../../src/domain/schedule.ts";
import { transition } from "../../src/domain/transition.ts";
import { answer, MAX_EVENTS, stories } from "./anyStory.ts";
import { planOf, queuedRun, SETTINGS, strategy } from "./runFixture.ts";

const agent = SETTINGS.builder;

/** Takes jobs in any order and answers them at random until none is left; `look` sees every state in between. */
function play(
  story: {
    readonly plan: readonly PlannedPhase[];
    readonly seed: Iterator<number>;
    readonly hasInvestigator: boolean;
    readonly hasFallback: boolean;
  },
  look: (run: Run) => void,
): Run {
  const dice = (sides: number): number => (story.seed.next().value as number) % sides;
  const settings = {
    investigator: story.hasInvestigator ? agent : null,
    fallbackBuilder: story.hasFallback ? agent : null,
    finalAudit: story.hasFallback ? ("always" as const) : ("auto" as const),
  };
  let run = transition(queuedRun(), { kind: "planning_started" }).run;
  const plan = transition(run, planOf(story.plan, { settings, strategy: strategy({ maxPhases: 30 }) }));
  run = plan.run;
  const waiting = [...plan.intents];
  let events = 0;
  while (waiting.length > 0) {
    const [intent] = waiting.splice(dice(waiting.length), 1);
    if (intent === undefined) break;
    for (const event of answer(run, intent, dice)) {
      const next = transition(run, event);
      run = next.run;
      waiting.push(...next.intents.filter(({ kind }) => kind !== "project_run"));
      look(run);
      events += 1;
      if (events > MAX_EVENTS) throw new Error(`${MAX_EVENTS} events and no end: ${run.state.kind}`);
    }
  }
  return run;
}

describe("any interleaving of outcomes", () => {
  test("ends the run, with every phase ended and every wave closed", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const run = play(story, () => undefined);
        expect(["verifying", "promotable", "no_changes", "failed"]).toContain(run.state.kind);
        expect(run.phases.filter((phase) => !hasEnded(phase))).toEqual([]);
        expect(run.waves.filter(({ state }) => state === "pending" || state === "running")).toEqual([]);
        expect(run.tiers.every(({ cleanliness }) => cleanliness !== null)).toBe(true);
        const isFailed = run.phases.some(({ state }) => state.kind === "failed");
        if (isFailed) expect(run.state.kind).toBe("failed");
      }),
      { numRuns: 300 },
    );
  });

  test("keeps dependencies and waves, lands one at a time, and scheduling again changes nothing", () => {
    fc.assert(
      fc.property(stories, (story) => {
        play(story, (run) => {
          expect(run.waves.filter(({ state }) => state === "running").length).toBeLessThanOrEqual(1);
          expect(run.phases.filter((phase) => phase.id === run.landing && hasEnded(phase))).toEqual([]);
          for (const phase of run.phases) expectInOrder(run, phase);
          const again = schedule(run);
          expect(again.intents).toEqual([]);
          expect(again.run).toEqual(run);
        });
      }),
      { numRuns: 100 },
    );
  });

  test("a rollback from anywhere comes to an end as well, and keeps what lies under the checkpoint", () => {
    fc.assert(
      fc.property(stories, fc.nat({ max: 5 }), (story, which) => {
        const ended = play(story, () => undefined);
        const landed = ended.phases.flatMap(({ state }) => (state.kind === "complete" ? [state] : []));
        const to = landed[which]?.sha ?? ended.base?.sha;
        if (to === undefined || ended.head === null || to === ended.head) return;
        const asked = transition(ended, { kind: "rollback_requested", by: "mona", to });
        expect(asked.intents).toContainEqual({ kind: "reset_branch", runId: ended.id });
        if (!asked.changed) return;
        const { run } = transition(asked.run, { kind: "branch_reset", to });
        const kept = run.phases.flatMap(({ state }) => (state.kind === "complete" ? [state.landing] : []));
        const limit = landed.find(({ sha }) => sha === to)?.landing ?? 0;
        expect(run.head).toBe(to);
        expect(kept.every((landing) => landing <= limit)).toBe(true);
        expect(kept.length).toBe(landed.filter(({ landing }) => landing <= limit).length);
      }),
      { numRuns: 150 },
    );
  });
});

/** A phase at work has all it depends on behind it, and is in the wave that runs. */
function expectInOrder(run: Run, phase: Phase): void {
  const isAtWork = phase.attempt !== null && isLive(phase.attempt);
  if (!isAtWork) return;
  const needed = run.phases.filter(({ ordinal }) => phase.plan.dependsOn.includes(ordinal));
  expect(needed.map(({ state }) => state.kind).filter((kind) => kind !== "complete" && kind !== "skipped")).toEqual([]);
  expect(run.waves.find(({ state }) => state === "running")?.phases).toContain(phase.ordinal);
}
