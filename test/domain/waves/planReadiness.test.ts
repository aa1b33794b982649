import { expect, test } from "vitest";
import { readinessFault } from "../../../src/domain/waves/planReadiness.ts";
import { SETTINGS, plannedPhase, strategy } from "../runFixture.ts";

const PLAN = {
  phases: [
    plannedPhase("Greet", { files: ["src/greet.ts", "src/greet.test.ts"], acceptance: ["it greets"] }),
    plannedPhase("Wave", { files: ["src/wave.ts"] }),
  ],
};

function fault(minReadiness: number, seconds = 60) {
  const { builder } = SETTINGS;
  const limits = { ...builder.limits, timeoutMs: seconds * 1000 };
  return readinessFault(PLAN, {
    strategy: strategy(),
    settings: { minReadiness, builder: { ...builder, limits } },
  });
}

test("a plan is refused for each phase below the mark, with what it misses", () => {
  expect(fault(51)).toEqual({
    message: "phases are less ready than `plan.min_readiness` (51 of 100) asks for",
    problems: [
      {
        path: null,
        line: null,
        column: null,
        message: expect.stringMatching(
          /^Phase 2, “Wave”, has 50 points of 100\. Nothing tests it: .* Does not say when it is done: /,
        ),
      },
    ],
  });
});

test("who reaches the mark passes, and without a mark everybody", () => {
  expect(fault(50)).toBeNull();
  expect(fault(0)).toBeNull();
});

test("the time of an attempt is the Builder's", () => {
  expect(fault(100, 3600)?.problems).toHaveLength(1);
  expect(fault(100, 3601)?.problems).toHaveLength(2);
});
