import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineDifference } from "../../src/projections/lineDifference.ts";

const text = fc
  .array(fc.constantFrom("a", "b", "c", "", "- x", "+ y"), { maxLength: 30 })
  .map((lines) => lines.join("\n"));

/** One side of a difference that leaves nothing out. */
function side(difference: string, mark: "-" | "+"): string {
  const lines = difference.split("\n").filter((line) => line.startsWith(" ") || line.startsWith(mark));
  return lines.map((line) => line.slice(1)).join("\n");
}

function manyLines(word: string): string {
  return Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join("\n");
}

describe("the difference of two texts", () => {
  test("is empty where there is none", () => {
    fc.assert(fc.property(text, (same) => lineDifference(same, same) === ""));
  });

  test("tells both of them, where no line is far from a change", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const difference = lineDifference(before, after);
        fc.pre(before !== after && !difference.includes("…"));
        expect(side(difference, "-")).toBe(before);
        expect(side(difference, "+")).toBe(after);
      }),
    );
  });

  test("keeps what both have, and leaves out what is far away", () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const after = before.with(15, "another line").toSpliced(20, 0, "one more");
    expect(lineDifference(before.join("\n"), after.join("\n"))).toMatchInlineSnapshot(`
      "…
       line 12
       line 13
       line 14
      -line 15
      +another line
       line 16
       line 17
       line 18
       line 19
      +one more
       line 20
       line 21
       line 22
      …"
    `);
  });

  test("of long texts is bounded work", () => {
    const difference = lineDifference(manyLines("old"), manyLines("new"));
    expect(difference.split("\n")).toHaveLength(40_000);
    expect(difference).not.toContain("\n old");
  });
});
