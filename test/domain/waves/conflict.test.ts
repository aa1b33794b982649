import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conflict } from "../../../src/domain/waves/conflict.ts";
import { globsIntersect } from "../../../src/domain/waves/globsIntersect.ts";
import { anyImpact, impact } from "./wavePhases.ts";

const impacts = fc.array(anyImpact, { maxLength: 4 });

describe("conflict", () => {
  test.each([
    ["update", "update", true],
    ["create", "update", true],
    ["create", "create", true],
    ["create", "delete", true],
    ["update", "delete", true],
    ["delete", "delete", true],
    ["delete", "read", true],
    ["read", "read", false],
    ["read", "update", false],
    ["read", "create", false],
  ] as const)("%s against %s of one path: %s", (one, other, expected) => {
    const [first, second] = [impact("src/*.ts", { operation: one }), impact("src/a.ts", { operation: other })];
    expect(conflict([first], [second])).toEqual(expected ? { kind: "same_path", first, second } : null);
    expect(conflict([second], [first])).toEqual(expected ? { kind: "same_path", first: second, second: first } : null);
  });

  test("different paths never conflict", () => {
    expect(conflict([impact("a.ts"), impact("src/**")], [impact("b.ts"), impact("docs/**")])).toBeNull();
  });

  test("who says nothing conflicts with everybody", () => {
    expect(conflict([], [impact("a.ts")])).toEqual({ kind: "undeclared" });
    expect(conflict([impact("a.ts")], [])).toEqual({ kind: "undeclared" });
    expect(conflict([], [])).toEqual({ kind: "undeclared" });
  });

  test.each([
    ["a doubtful declaration", [impact("a.ts", { confidence: 0.59 })]],
    [
      "a doubtful declaration beside a sure prediction",
      [impact("a.ts", { confidence: 0.5 }), impact("b.ts", { source: "pattern" })],
    ],
    ["nothing but a doubtful prediction", [impact("a.ts", { source: "history", confidence: 0.5 })]],
  ])("%s is as good as none", (_, doubtful) => {
    expect(conflict(doubtful, [impact("z.ts")])).toEqual({ kind: "undeclared" });
  });

  test("a doubtful prediction beside a declaration is left out", () => {
    const guess = impact("README.md", { source: "pattern", confidence: 0.5 });
    expect(conflict([impact("a.ts"), guess], [impact("README.md")])).toBeNull();
    expect(conflict([impact("a.ts"), { ...guess, confidence: 0.6 }], [impact("README.md")])).not.toBeNull();
  });

  test("is mutual, and names paths that meet", () => {
    fc.assert(
      fc.property(impacts, impacts, (left, right) => {
        const found = conflict(left, right);
        expect(conflict(right, left) === null).toBe(found === null);
        if (found?.kind !== "same_path") return;
        expect(left).toContainEqual(found.first);
        expect(right).toContainEqual(found.second);
        expect(globsIntersect(found.first.path, found.second.path)).toBe(true);
      }),
    );
  });

  test("is what comparing every two impacts finds", () => {
    const sure = fc.array(
      anyImpact.map((one) => ({ ...one, confidence: 1 })),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(sure, sure, (left, right) => {
        const expected = left.some((one) =>
          right.some((other) => {
            const operations = new Set([one.operation, other.operation]);
            const harmless = operations.has("read") && !operations.has("delete");
            return !harmless && globsIntersect(one.path, other.path);
          }),
        );
        expect(conflict(left, right) !== null).toBe(expected);
      }),
    );
  });
});
