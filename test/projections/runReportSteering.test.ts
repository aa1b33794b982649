import { expect, test } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import { steer } from "../../src/domain/steering.ts";
import type { SteeringCommand } from "../../src/domain/steering.ts";
import { transition } from "../../src/domain/transition.ts";
import { steeringPlan } from "../../src/projections/runReportSteering.ts";
import { buildingRun, ID, sha } from "./runReportFixture.ts";

function planOf(run: Run, command: SteeringCommand) {
  const judged = steer(run, command);
  if (judged.kind === "refused") throw new Error(judged.why);
  return steeringPlan(command, { before: run, after: transition(run, judged.event).run });
}

test("a rollback names the phases that are built again, and the commits that leave", () => {
  const run = buildingRun({ foreignCommits: 2 });
  const plan = planOf(run, { kind: "rollback", by: "cli:root", to: sha("a"), force: true });
  expect(plan.again.map(({ ordinal, was }) => [ordinal, was])).toEqual([
    [1, "complete"],
    [2, "building"],
    [3, "skipped"],
  ]);
  expect(plan.leaving).toEqual([{ sha: sha("b"), phase: 1, landing: 1 }]);
  expect(plan.lines).toEqual([
    `${ID} goes back to aaaaaaa; what was spent stays spent`,
    "phase 1, “Part 1”, goes back to the queue (it is complete)",
    "phase 2, “Part 2”, goes back to the queue (it is building)",
    "phase 3, “Part 3”, goes back to the queue (it is skipped)",
    `bbbbbbb, the commit of phase 1, leaves autonomous/${ID}`,
    "so may the 2 commits that people pushed there",
  ]);
});

test("resuming says what the caps become", () => {
  const plan = planOf(buildingRun(), {
    kind: "resume",
    by: "cli:root",
    extra: { tokens: 20_000, turns: 5 },
    lifts: null,
  });
  expect(plan.lines).toEqual([
    `${ID} goes on`,
    "it may use 20,000 tokens more: the run's cap goes from 5,500,000 tokens to 5,520,000 tokens",
    "it may use 5 turns more",
  ]);
  expect(plan.again).toEqual([]);
});
