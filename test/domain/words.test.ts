import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "../../src/domain/nearest.ts";
import { cutText, isPlain, plainBlock, plainLine } from "../../src/domain/plainText.ts";
import { roleAtLeast } from "../../src/domain/role.ts";

describe("the nearest word", () => {
  const verbs = ["retry", "cancel", "approve", "status"];
  test.each([
    ["retyr", "retry"],
    ["RETRY", "retry"],
    ["cansel", "cancel"],
    ["aprove", "approve"],
    ["stat", "status"],
    ["app", "approve"],
    ["x", null],
    ["deploy", null],
    ["", null],
    ["r".repeat(100), null],
  ])("%s: %s", (typed, meant) => {
    expect(nearest(typed, verbs)).toBe(meant);
  });

  test("distance is a metric, as far as it must be", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right) === 0).toBe(left === right);
        expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
    expect(editDistance("ab", "ba")).toBe(1);
    expect(editDistance("kitten", "sitting")).toBe(3);
  });
});

describe("plain text", () => {
  test.each([
    [" a\t\r\n b\u0000 ", "a b"],
    ["ab\u202Edc\u200B", "abdc"],
    ["a \u200B b", "a b"],
    ["half \uD83D pair", "half pair"],
    ["\u{E0041}tag", "tag"],
  ])("%j in one line is %j", (text, line) => {
    expect(plainLine(text, 100)).toBe(line);
  });

  test("a block keeps its lines", () => {
    expect(plainBlock("\r\n  a\r\n\tb\u0000\r\n\r\n")).toBe("  a\n\tb");
  });

  test("cut, it fits and is whole", () => {
    expect(cutText("abcdef", 4)).toBe("abc…");
    expect(cutText("ab😀cd", 4)).toBe("ab…");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 20 }), (text, length) => {
        const line = plainLine(text, length);
        expect(line.length).toBeLessThanOrEqual(length);
        expect(isPlain(line)).toBe(true);
        expect(isPlain(plainBlock(text))).toBe(true);
      }),
    );
  });
});

test("roles have an order", () => {
  expect(roleAtLeast("write", "write")).toBe(true);
  expect(roleAtLeast("admin", "read")).toBe(true);
  expect(roleAtLeast("triage", "write")).toBe(false);
  expect(roleAtLeast("none", "read")).toBe(false);
});
