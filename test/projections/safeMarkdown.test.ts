import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { cell, fenced, inline, titleText } from "../../src/projections/safeMarkdown.ts";
import { HOSTILE } from "./story.ts";

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

function nodesOf(markdown: string): readonly Node[] {
  return flatten(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

function flatten(node: Node): readonly Node[] {
  return [node, ...(node.children ?? []).flatMap(flatten)];
}

const FRAGMENTS = [
  "@alice #12 GH-3 ` `` | \\ <b> <!-- --> [a](b) ![ ]( https://x.y * _ ~~ /autopack $x$ &lt; www.x.y \u202E a".split(
    " ",
  ),
  ["\n", "\n\n", "# ", "- ", "1. ", " "],
].flat();
const fragments = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 20 });

test("somebody's text in a table cell is text, and the table stays one", () => {
  fc.assert(
    fc.property(fragments, (parts) => {
      const nodes = nodesOf(`| a | b |\n|---|---|\n| ${cell(parts.join(""))} | last |`);
      expect(nodes.filter((node) => node.type === "tableCell")).toHaveLength(4);
      expect(nodes.map((node) => node.type)).not.toContain("link");
      expect(nodes.map((node) => node.type)).not.toContain("image");
      const shown = nodes.filter((node) => node.type === "text").map((node) => node.value);
      expect(shown.join("\n")).not.toMatch(/@alice|#12|GH-3|https:\/\/x/);
      expect(nodes.filter((node) => node.type === "html").every((node) => node.value === "<!-- -->")).toBe(true);
    }),
  );
});

test("a sentence keeps its code and gives nothing else away", () => {
  fc.assert(
    fc.property(fragments, (parts) => {
      const nodes = nodesOf(`Said: ${inline(parts.join(""))}`);
      const types = new Set(nodes.map((node) => node.type));
      expect(["root", "paragraph", "text", "inlineCode", "html"]).toEqual(expect.arrayContaining([...types]));
      expect(nodes.filter((node) => node.type === "html").every((node) => node.value === "<!-- -->")).toBe(true);
    }),
  );
  expect(inline("type `/autopack retry` now, then `x`")).toBe("type `/autopack retry` now, then `x`");
});

test("a code block cannot be left, whatever is in it", () => {
  fc.assert(
    fc.property(fragments, (parts) => {
      const nodes = nodesOf(`before\n\n${fenced(parts.join(""), { maxLength: 50 })}\n\nafter`);
      expect(nodes.map((node) => node.type)).toEqual(["root", "paragraph", "text", "code", "paragraph", "text"]);
    }),
  );
});

test("a log is cut at its start, and loses its colours", () => {
  expect(fenced("\u001B[31mred\u001B[0m", { maxLength: 10 })).toBe("```text\nred\n```");
  expect(fenced("0123456789", { maxLength: 4, keep: "end" })).toBe("```text\n…789\n```");
});

test("markers of Autopack's own are never repeated", () => {
  for (const text of [
    cell(HOSTILE),
    inline(HOSTILE),
    inline("`<!-- autopack:end -->`"),
    fenced(HOSTILE, { maxLength: 500 }),
  ])
    expect(text).not.toMatch(/<!-- autopack:\S+ -->/);
});

test("a title mentions and closes nothing", () => {
  expect(titleText("fixes #12 for @bob\nnow")).toBe("fixes #\u200B12 for @\u200Bbob now");
});
