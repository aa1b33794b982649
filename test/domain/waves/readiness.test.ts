import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { AcceptanceSpec } from "../../../src/domain/acceptance/acceptance.ts";
import { readiness } from "../../../src/domain/waves/readiness.ts";

const SPEC: AcceptanceSpec = {
  gateMode: "all_pass",
  minScore: 1,
  validators: [{ type: "file_exists", name: "there", path: "a.ts", mustExist: true, weight: 1, required: false }],
  retry: { kind: "none", maxRetries: 0 },
  useFallback: false,
};
const READY = {
  title: "Greet by name",
  files: ["src/greet.ts", "test/greet.test.ts"],
  acceptance: ["greet('Ada') returns 'Hello, Ada!'"],
  spec: null,
  dependsOn: [],
};

test("a well-cut phase has all points, and misses nothing", () => {
  expect(readiness(READY, { seconds: 3600 })).toEqual({ points: 100, ready: true, missing: [] });
});

test.each([
  { what: "two things", change: { title: "Greet by name; document it" }, points: 85, missing: "more than one thing" },
  {
    what: "two things, in words",
    change: { title: "Greet by name as well as by title" },
    points: 85,
    missing: "more than one thing",
  },
  {
    what: "all over the repository",
    change: { files: ["a/x", "b/x", "c/x", "d/a.test.ts"] },
    points: 85,
    missing: "more than one thing",
  },
  {
    what: "too many files",
    change: { files: ["a", "b", "c", "d", "e", "test/a.test.ts"] },
    points: 85,
    missing: "not bounded",
  },
  { what: "whole trees", change: { files: ["src/**", "test/a.test.ts"] }, points: 85, missing: "not bounded" },
  { what: "nothing to test it", change: { files: ["src/greet.ts"] }, points: 75, missing: "Nothing tests it" },
  { what: "waits for others", change: { dependsOn: [1] }, points: 90, missing: "Depends on other phases" },
  { what: "no end", change: { acceptance: [] }, points: 75, missing: "does not say when it is done" },
])("$what", ({ change, points, missing }) => {
  const found = readiness({ ...READY, ...change }, { seconds: 1800 });
  expect(found.points).toBe(points);
  expect(found.missing.join("\n").toLowerCase()).toContain(missing.toLowerCase());
});

test("more than an hour", () => {
  expect(readiness(READY, { seconds: 3601 })).toMatchObject({
    points: 90,
    missing: [expect.stringContaining("an hour")],
  });
});

test("a machine-judged phase is testable, and says when it is done", () => {
  const judged = { ...READY, files: [], acceptance: [], spec: SPEC };
  expect(readiness(judged, { seconds: 60 })).toMatchObject({ points: 85, ready: true });
});

test("a bare title is not ready", () => {
  const bare = { title: "Greet", files: [], acceptance: [], spec: null, dependsOn: [] };
  expect(readiness(bare, { seconds: 1800 })).toMatchObject({ points: 35, ready: false });
});

test("every point that is missing has its sentence", () => {
  const phase = fc.record({
    title: fc.constantFrom("Greet", "Greet; wave", "Search and replace"),
    files: fc.array(fc.constantFrom("a.ts", "src/**", "test/a.test.ts", "b/c/d.ts"), { maxLength: 8 }),
    acceptance: fc.array(fc.constant("done"), { maxLength: 1 }),
    spec: fc.constantFrom(null, SPEC),
    dependsOn: fc.array(fc.nat(3), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(phase, fc.nat(7200), (planned, seconds) => {
      const { points, ready, missing } = readiness(planned, { seconds });
      expect(points >= 0 && points <= 100).toBe(true);
      expect(ready).toBe(points >= 70);
      expect(missing.length === 0).toBe(points === 100);
      expect(new Set(missing).size).toBe(missing.length);
    }),
  );
});
