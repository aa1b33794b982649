import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { AcceptanceSpec, Validator } from "../../../src/domain/acceptance/acceptance.ts";
import type { FollowUp } from "../../../src/domain/failures/investigation.ts";
import { splitPhase } from "../../../src/domain/failures/splitPhase.ts";
import type { Phase } from "../../../src/domain/phase.ts";
import type { PlannedPhase } from "../../../src/domain/plan.ts";
import { queuedPhase } from "../../../src/domain/queuedPhase.ts";
import type { Run } from "../../../src/domain/run.ts";
import type { Strategy } from "../../../src/domain/strategy/strategy.ts";
import { RUN_ID, plannedPhase, queuedRun } from "../runFixture.ts";

function run(plans: readonly Partial<PlannedPhase>[], maxPhases = 25): Run {
  const phases = plans.map((plan, index) =>
    queuedPhase(RUN_ID, { plan: { ...plannedPhase(`Phase ${index + 1}`), ...plan }, ordinal: index + 1, tier: 1 }),
  );
  return { ...queuedRun(), phases, strategy: { maxPhases } as Strategy };
}

function followUp(title: string, more: Partial<FollowUp> = {}): FollowUp {
  return { title, instructions: `do ${title}`, acceptance: [], files: [], after: [], ...more };
}

function phaseOf({ phases }: { readonly phases: readonly Phase[] }, ordinal: number): Phase {
  const phase = phases.find((candidate) => candidate.ordinal === ordinal);
  if (phase === undefined) throw new Error(`there is no phase ${ordinal}`);
  return phase;
}

function split(before: Run, ordinal: number, followUps: readonly FollowUp[]) {
  const result = splitPhase(before, phaseOf(before, ordinal), followUps);
  if (result === null) throw new Error("refused");
  return result;
}

test("follow-ups stand in for the phase: behind what it waited for, before what waited for it", () => {
  const before = run([
    {},
    { dependsOn: [1], category: "docs", priority: 0, files: ["src/**"] },
    { dependsOn: [1, 2] },
    {},
  ]);
  const after = split(before, 2, [followUp("Last", { after: [1] }), followUp("First", { files: ["src/a.ts"] })]);

  expect(after.phases.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(phaseOf(after, 2).state).toEqual({ kind: "skipped", reason: "split into 5, 6", cause: "split" });
  expect(phaseOf(after, 3).plan.dependsOn).toEqual([1, 5, 6]);
  expect(phaseOf(after, 4)).toEqual(phaseOf(before, 4));
  expect(phaseOf(after, 5)).toMatchObject({
    id: `${RUN_ID}.5`,
    tier: 1,
    category: "docs",
    state: { kind: "queued" },
    plan: {
      title: "First",
      tier: "Tier 1",
      instructions: "do First",
      priority: 0,
      dependsOn: [1],
      impacts: [{ operation: "update", path: "src/a.ts", source: "agent" }],
    },
  });
  expect(phaseOf(after, 6).plan).toMatchObject({ title: "Last", dependsOn: [1, 5], impacts: [] });
});

test("a split opens no files that the plan did not open, and keeps a raised category", () => {
  const before = run([{ files: ["src/a.ts"] }]);
  const raised = { ...phaseOf(before, 1), category: "schema_contract_change", raisedBecause: "it edits a migration" };
  const after = splitPhase(before, raised, [followUp("Sneaky", { files: ["package.json"] })]);

  expect(phaseOf(after ?? { phases: [] }, 2)).toMatchObject({
    category: "schema_contract_change",
    raisedBecause: "it edits a migration",
    plan: { files: ["src/a.ts"] },
  });
});

test("the acceptance is judged at the end of all, forbidden patterns in every part", () => {
  const common = { weight: 1, required: false };
  const pattern: Validator = {
    ...common,
    name: "p",
    type: "forbidden_patterns",
    patterns: ["x"],
    in: ["changed_lines"],
  };
  const file: Validator = { ...common, name: "f", type: "file_exists", path: "a", mustExist: true };
  const spec: AcceptanceSpec = {
    gateMode: "any_pass",
    minScore: 0,
    validators: [pattern, file],
    retry: null,
    useFallback: false,
  };
  const after = split(run([{ spec }]), 1, [followUp("A"), followUp("B"), followUp("C")]);

  expect(phaseOf(after, 4).plan).toMatchObject({ spec, dependsOn: [2, 3] });
  expect(phaseOf(after, 2).plan.spec).toEqual({ ...spec, gateMode: "all_pass", validators: [pattern] });
  expect(
    phaseOf(split(run([{ spec: { ...spec, validators: [file] } }]), 1, [followUp("A"), followUp("B")]), 2).plan.spec,
  ).toBeNull();
});

test("what the run has no room for, or cannot be put in order, is refused", () => {
  expect(splitPhase(run([{}, {}], 3), phaseOf(run([{}]), 1), [followUp("A"), followUp("B")])).toBeNull();
  expect(splitPhase(run([{}]), phaseOf(run([{}]), 1), [])).toBeNull();
  expect(
    splitPhase(run([{}]), phaseOf(run([{}]), 1), [followUp("A", { after: [1] }), followUp("B", { after: [0] })]),
  ).toBeNull();
});

test("no split makes a circle, loses a phase, or lets anything start before it may", () => {
  const plans = fc
    .array(fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
    .map((all) =>
      all.map((before, index) => [...new Set(before.filter((other) => other < index).map((other) => other + 1))]),
    );
  const parts = fc
    .array(fc.array(fc.nat({ max: 3 }), { maxLength: 2 }), { minLength: 1, maxLength: 5 })
    .map((all) =>
      all.map((after, index) =>
        followUp(`part ${index}`, { after: [...new Set(after.filter((other) => other < index))] }),
      ),
    );
  fc.assert(
    fc.property(plans, parts, fc.nat(), (dependencies, followUps, at) => {
      const before = run(dependencies.map((dependsOn) => ({ dependsOn })));
      const ordinal = (at % before.phases.length) + 1;
      const after = split(before, ordinal, followUps);
      expect(after.phases.map((phase) => phase.ordinal)).toEqual(
        Array.from({ length: before.phases.length + followUps.length }, (_, index) => index + 1),
      );
      expect(after.phases.filter(({ plan }) => plan.dependsOn.includes(ordinal))).toEqual([]);
      expect(runnable(after.phases.filter((phase) => phase.ordinal !== ordinal))).toBe(after.phases.length - 1);
    }),
  );
});

/** How many phases get their turn when each starts once those it depends on are done. */
function runnable(phases: readonly Phase[]): number {
  const done = new Set<number>();
  for (let before = -1; before < done.size;) {
    before = done.size;
    for (const { ordinal, plan } of phases) if (plan.dependsOn.every((other) => done.has(other))) done.add(ordinal);
  }
  return done.size;
}
