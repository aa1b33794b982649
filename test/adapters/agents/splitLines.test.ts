import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLines } from "../../../src/adapters/agents/splitLines.ts";

function linesOf(chunks: readonly string[], maxChars?: number): readonly string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line), maxChars);
  for (const chunk of chunks) splitter.add(chunk);
  splitter.end();
  return lines;
}

describe("splitLines", () => {
  it("gives the same lines however the text was cut", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\n") })), (chunks) => {
        const lines = chunks.join("").split("\n");

        expect(linesOf(chunks)).toEqual(lines.at(-1) === "" ? lines.slice(0, -1) : lines);
      }),
    );
  });

  it("takes the ends of Windows off", () => {
    expect(linesOf(["a\r", "\nb\r\n"])).toEqual(["a", "b"]);
  });

  it("passes on the beginning of a line that is too long, and no more", () => {
    expect(linesOf(["12345", "678", "90\nnext\n", "abcdefgh"], 6)).toEqual(["123456", "next", "abcdef"]);
  });
});
