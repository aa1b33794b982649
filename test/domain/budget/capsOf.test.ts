import { expect, test } from "vitest";
import { capsOf } from "../../../src/domain/budget/capsOf.ts";
import { transition } from "../../../src/domain/transition.ts";
import type { Run } from "../../../src/domain/run.ts";
import { planOf, plannedPhase, queuedRun, strategy } from "../runFixture.ts";

function plannedRun(extraBudget: Run["extraBudget"]): Run {
  const phases = [
    plannedPhase("Build"),
    plannedPhase("Describe", { category: "docs" }),
    plannedPhase("Later", { tier: "Tier 2" }),
  ];
  const budgets = { attempt: { cost_usd: 1 }, tier: { ci_runs: 4 }, day: { cost_usd: 20 } };
  const { run } = transition(
    { ...queuedRun(), state: { kind: "planning" } },
    planOf(phases, { strategy: strategy({ budgets }) }),
  );
  return { ...run, extraBudget };
}

test("the caps are the category's for a phase, its phases' for a tier, the configuration's for the rest", () => {
  const run = plannedRun({});
  const [phase] = run.phases;
  expect(capsOf(run, phase ?? null, {})).toEqual({
    attempt: { cost_usd: 1 },
    phase: { tokens: 500_000 },
    tier: { tokens: 3 * 700_000, ci_runs: 4, findings: 4 },
    run: { tokens: 5_000_000, seconds: 7200, findings: 9 },
    issue: { tokens: 15_000_000, seconds: 21_600 },
    day: { cost_usd: 20 },
  });
});

test("what is added to a run raises every cap of its own and its issue's, and limits nothing that was unlimited", () => {
  const run = plannedRun({ tokens: 1000, cost_usd: 5 });
  const [phase] = run.phases;
  expect(capsOf(run, phase ?? null, { tokens: 1500 })).toMatchObject({
    attempt: { cost_usd: 1 },
    phase: { tokens: 501_000 },
    tier: { tokens: 2_101_000 },
    run: { tokens: 5_001_000 },
    issue: { tokens: 15_001_500 },
    day: { cost_usd: 20 },
  });
  expect(capsOf(run, phase ?? null, {}).run).not.toHaveProperty("cost_usd");
});

test("work on the run as a whole is held to no phase and no tier", () => {
  expect(capsOf(plannedRun({}), null, {})).toMatchObject({ attempt: {}, phase: {}, tier: {} });
});
