import * as fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import { escapeMarkdown } from "../../src/commands/escapeMarkdown.ts";
import { parseCommands } from "../../src/commands/parseCommands.ts";
import { quoted } from "../../src/commands/quoted.ts";
import { plainLine } from "../../src/domain/plainText.ts";

/** All of GitHub's Markdown, emphasis included. */
const parse = (text: string) => fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

const hostile = fc.string({
  unit: fc.constantFrom(
    ...Array.from("@#`*_~[]()<>!|\\&-+=.:/$'\" 0123abcdef\n"),
    "@octocat",
    "#12",
    "GH-12",
    "acme/widget#3",
    "https://evil.example/x",
    "www.evil.example",
    "a@b.example",
    "<img src=x onerror=1>",
    "<!--",
    "-->",
    "closes #1",
    "/autopack approve",
    "&lt;",
    "\u202E",
    "```",
  ),
  maxLength: 30,
});

describe("escaped text", () => {
  test("parses as nothing but text and empty comments, and reads as it was", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { children } = parse(escapeMarkdown(text));
        expect(children.length).toBeLessThanOrEqual(1);
        const inline = children.flatMap((node) => (node.type === "paragraph" ? node.children : [node]));
        const shown = inline.map((node) => {
          if (node.type === "html" && node.value === "<!-- -->") return "";
          expect(node.type).toBe("text");
          return node.type === "text" ? node.value : "";
        });
        expect(shown.join("")).toBe(plainLine(text, 500));
      }),
      { numRuns: 500 },
    );
  });

  test("holds no mention, reference or address that GitHub would find in the rendered text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/@\w|#\d|gh-\d|:\/\/|www\.|\b[0-9a-f]{7,40}\b/i);
      }),
    );
  });

  test("looks like this", () => {
    expect(escapeMarkdown("- Fix @octocat's *bug* #12, see https://x.example")).toMatchInlineSnapshot(
      `"\\- Fix @<!-- -->octocat's \\*bug\\* #<!-- -->12, see https:<!-- -->//x.example"`,
    );
  });
});

describe("quoted text", () => {
  test("is one code span, whatever is in it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(plainLine(text, 200) !== "");
        const { children } = parse(`x ${quoted(text)} y`);
        expect(children).toMatchObject([
          { type: "paragraph", children: [{ type: "text" }, { type: "inlineCode" }, { type: "text" }] },
        ]);
        expect(parseCommands(quoted(text), { slug: "autopack", bare: true })).toEqual([]);
      }),
    );
  });

  test.each([
    ["plain", "`plain`"],
    ["a `tick`", "`` a `tick` ``"],
    ["two\nlines\u202E", "`two lines`"],
    ["", '""'],
  ])("%j", (text, markdown) => {
    expect(quoted(text)).toBe(markdown);
  });

  test("is cut", () => {
    expect(quoted("a".repeat(300))).toHaveLength(202);
  });
});
