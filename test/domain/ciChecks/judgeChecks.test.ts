import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeChecks } from "../../../src/domain/ciChecks/judgeChecks.ts";
import type { ObservedCheck } from "../../../src/domain/ciChecks/observedCheck.ts";
import type { AwaitedCheck } from "../../../src/domain/awaitedCheck.ts";

const MINUTE = 60_000;

function awaited(check: string): AwaitedCheck {
  return { check, timeoutMs: 60 * MINUTE, startWithinMs: 10 * MINUTE };
}

let lastId = 0;
function observed(name: string, conclusion: string | null, more: Partial<ObservedCheck> = {}): ObservedCheck {
  lastId += 1;
  return {
    id: lastId,
    source: "check_run",
    name,
    app: "github-actions",
    suite: 1,
    completed: conclusion !== null,
    conclusion,
    moreToCome: false,
    startedAt: "2026-11-21T12:00:00Z",
    completedAt: conclusion === null ? null : "2026-11-21T12:01:30Z",
    url: "https://ci.example/1",
    summary: "",
    ...more,
  };
}

function verdicts(checks: readonly string[], seen: readonly ObservedCheck[], elapsedMs = 0): object {
  const judged = judgeChecks(checks.map(awaited), seen, { elapsedMs });
  if (judged.kind === "pending") return { pending: judged.waitingFor };
  return {
    [judged.kind]: judged.steps.map(({ name, outcome, check }) => `${name}: ${outcome} ${check?.verdict ?? ""}`),
  };
}

describe("one check", () => {
  test.each([
    ["success", "build: passed passed"],
    ["neutral", "build: passed passed"],
    ["skipped", "build: passed passed"],
    ["failure", "build: failed failed"],
    ["error", "build: failed failed"],
    ["timed_out", "build: timed_out timed_out"],
    ["action_required", "build: failed action_required"],
    ["startup_failure", "build: failed startup_failure"],
    ["cancelled", "build: failed cancelled"],
    ["stale", "build: failed stale"],
    ["what GitHub may yet invent", "build: failed failed"],
  ])("%s", (conclusion, expected) => {
    expect(verdicts(["build"], [observed("build", conclusion), observed("other", "failure")])).toEqual({
      settled: [expected],
    });
  });

  test("takes what it took", () => {
    const judged = judgeChecks([awaited("build")], [observed("build", "success")], { elapsedMs: 0 });
    expect(judged).toMatchObject({ steps: [{ durationMs: 90_000, command: "check: build", exitCode: null }] });
  });

  test("is waited for until its time is over", () => {
    const seen = [observed("build", null)];
    expect(verdicts(["build"], seen, 60 * MINUTE - 1)).toEqual({ pending: ["build"] });
    expect(verdicts(["build"], seen, 60 * MINUTE)).toEqual({ settled: ["build: timed_out unfinished"] });
  });

  test("that ended late, but before anybody looked, counts as it ended", () => {
    expect(verdicts(["build"], [observed("build", "success")], 90 * MINUTE)).toEqual({
      settled: ["build: passed passed"],
    });
  });

  test("that does not begin is missing, whatever else still runs", () => {
    const seen = [observed("lint", null)];
    expect(verdicts(["build", "lint"], seen, 10 * MINUTE - 1)).toEqual({ pending: ["build", "lint"] });
    expect(verdicts(["build", "lint"], seen, 10 * MINUTE)).toEqual({ missing: ["build: failed missing"] });
  });
});

describe("several of one name", () => {
  test("of a check that was run again, the newest attempt counts", () => {
    const first = observed("build", "failure");
    const second = observed("build", "success");
    expect(verdicts(["build"], [second, first])).toEqual({ settled: ["build: passed passed"] });
    expect(verdicts(["build"], [first, observed("build", null)])).toEqual({ pending: ["build"] });
  });

  test("of a workflow that a push and a pull request have started, both count", () => {
    const push = observed("build", "failure", { suite: 1 });
    const pull = observed("build", "success", { suite: 2 });
    expect(verdicts(["build"], [push, pull])).toEqual({ settled: ["build: failed failed", "build: passed passed"] });
  });

  test("one that was cancelled in favour of a newer one does not count; the newest does, cancelled or not", () => {
    const push = observed("build", "cancelled", { suite: 1 });
    const pull = observed("build", "success", { suite: 2 });
    expect(verdicts(["build"], [push, pull])).toEqual({ settled: ["build: passed passed"] });
    const last = observed("build", "cancelled", { suite: 3 });
    expect(verdicts(["build"], [push, pull, last])).toEqual({
      settled: ["build: passed passed", "build: failed cancelled"],
    });
  });

  test("a status and a check run of one name both count", () => {
    const seen = [observed("ci", "success"), observed("ci", "failure", { source: "status", suite: null, app: null })];
    expect(verdicts(["ci"], seen)).toEqual({ settled: ["ci: passed passed", "ci: failed failed"] });
  });
});

describe("globs", () => {
  test("all that match have to be green", () => {
    const seen = [observed("build (20)", "success"), observed("build (22)", "failure"), observed("lint", "failure")];
    expect(verdicts(["build (*)"], seen)).toEqual({
      settled: ["build (20): passed passed", "build (22): failed failed"],
    });
    expect(verdicts(["build (*)"], [...seen, observed("build (24)", null)])).toEqual({ pending: ["build (24)"] });
  });

  test("one is not satisfied while a workflow is between two of its jobs; a name is", () => {
    const seen = [observed("build", "success", { moreToCome: true })];
    expect(verdicts(["*"], seen)).toEqual({ pending: ["*"] });
    expect(verdicts(["*"], seen, 60 * MINUTE)).toEqual({
      settled: ["build: passed passed", "*: timed_out unfinished"],
    });
    expect(verdicts(["build"], seen)).toEqual({ settled: ["build: passed passed"] });
  });

  test("what two entries match is told of once", () => {
    expect(verdicts(["build*", "*"], [observed("build", "success")])).toEqual({ settled: ["build: passed passed"] });
  });
});

const name = fc.constantFrom("build", "build (20)", "lint", "ci/test: unit");
const check: fc.Arbitrary<ObservedCheck> = fc.record({
  id: fc.integer({ min: 1, max: 50 }),
  source: fc.constantFrom("check_run" as const, "status" as const),
  name,
  app: fc.constantFrom("github-actions", "other", null),
  suite: fc.constantFrom(1, 2, null),
  completed: fc.boolean(),
  conclusion: fc.constantFrom("success", "failure", "cancelled", "stale", "skipped", null),
  moreToCome: fc.boolean(),
  startedAt: fc.constant(null),
  completedAt: fc.constant(null),
  url: fc.constant(null),
  summary: fc.string(),
});
const checks = fc.uniqueArray(check, { selector: ({ id }) => id, maxLength: 12 });
const entries = fc.array(fc.constantFrom("build", "build*", "*", "lint", "none").map(awaited), {
  minLength: 1,
  maxLength: 4,
});
const elapsed = fc.integer({ min: 0, max: 90 * MINUTE });

/** The same as globs, said otherwise. */
function isMatched(pattern: string, of: string): boolean {
  return pattern.endsWith("*") ? of.startsWith(pattern.slice(0, -1)) : of === pattern;
}

describe("always", () => {
  test("green only when every entry has something, and all of it is completed and green", () => {
    fc.assert(
      fc.property(entries, checks, elapsed, (wanted, seen, elapsedMs) => {
        const judged = judgeChecks(wanted, seen, { elapsedMs });
        if (judged.kind !== "settled" || judged.steps.some(({ outcome }) => outcome !== "passed")) return;
        for (const { check: pattern } of wanted) {
          const own = seen.filter((one) => isMatched(pattern, one.name));
          expect(own.some((one) => one.completed && ["success", "skipped"].includes(one.conclusion ?? ""))).toBe(true);
          const newest = own.toSorted((left, right) => right.id - left.id)[0];
          expect(newest?.completed).toBe(true);
        }
      }),
    );
  });

  test("it ends: past every time limit nothing is pending", () => {
    fc.assert(
      fc.property(entries, checks, (wanted, seen) => {
        expect(judgeChecks(wanted, seen, { elapsedMs: 60 * MINUTE }).kind).not.toBe("pending");
      }),
    );
  });

  test("the order in which GitHub lists them does not matter, and every entry is told of", () => {
    fc.assert(
      fc.property(entries, checks, elapsed, (wanted, seen, elapsedMs) => {
        const judged = judgeChecks(wanted, seen, { elapsedMs });
        expect(judgeChecks(wanted, seen.toReversed(), { elapsedMs })).toEqual(judged);
        expect(judged.kind === "pending" ? judged.waitingFor : judged.steps).not.toHaveLength(0);
      }),
    );
  });
});
