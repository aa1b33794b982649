import { describe, expect, test } from "vitest";
import { parseMarkdown } from "../../src/markdown/parseMarkdown.ts";
import { withoutComments } from "../../src/markdown/withoutComments.ts";

describe("text that would take the parser too long", () => {
  test.each([
    ["lines", "a\n".repeat(4000)],
    ["brackets", "]".repeat(5000)],
    ["tags", "<a ".repeat(1500)],
    ["nested quotes", ">".repeat(20)],
    ["nested lists", `${"- ".repeat(20)}x`],
    ["nested numbers", `${"1. ".repeat(20)}x`],
    ["nested footnotes", `${"[^a]: ".repeat(20)}x`],
    ["many lists", "- a\n\n".repeat(1200)],
    ["many underlined headings", "a\n---\n".repeat(600)],
  ])("%s", (_, text) => {
    expect(parseMarkdown(text)).toBeNull();
  });

  test("prose of the size that GitHub allows is not among it", () => {
    const prose = "Some *words*, `code`, a [link](https://example.com) and a list:\n\n- one\n- two\n\n".repeat(400);
    expect(parseMarkdown(prose)?.children.length).toBeGreaterThan(400);
  });
});

test.each([
  ["a <!-- b --> c", "a  c"],
  ["<!--\na\n-->\nb", "\n\n\nb"],
  ["`<!-- a -->` <!-- b -->", "`<!-- a -->` "],
  ["```\n<!-- a -->\n```", "```\n<!-- a -->\n```"],
  ["> - x <!-- a -->\n>   y", "> - x \n>   y"],
  ["a\n\n<!-- never closed\n\nb", "a\n\n\n\n"],
  ["<b>a</b> <!----> <!-- > --> c", "<b>a</b>   c"],
])("%j without its comments", (text, rest) => {
  expect(withoutComments(text, parseMarkdown(text))).toBe(rest);
});

test("what could not be parsed loses comments everywhere", () => {
  expect(withoutComments("`<!-- a -->` <!-- b\n", null)).toBe("`` \n");
});
