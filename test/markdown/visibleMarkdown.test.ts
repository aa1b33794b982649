import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMarkdown } from "../../src/markdown/parseMarkdown.ts";
import { visibleMarkdown } from "../../src/markdown/visibleMarkdown.ts";

test.each([
  ["a comment", "a <!-- SECRET --> c", "a  c"],
  ["a comment that is never closed", "a\n\n<!-- SECRET", "a\n\n"],
  ["a definition that nothing uses", "x\n\n[//]: # (SECRET)\n\ny", "x\n\n\n\ny"],
  ["the text of a picture", "![SECRET](data:image/png;base64,AA) b", "[image] b"],
  ["the title of a link", '[t](http://a.b "SECRET")', "[t](http://a.b)"],
  ["the name and title of a definition", "[t][SECRET]\n\n[secret]: http://a.b 'SECRET'", "[t](http://a.b)\n\n"],
  ["a link without text", "a [](http://SECRET) b", "a  b"],
  ["an address that is a program", "[t](javascript:SECRET)", "[t]()"],
  ["the info of code", "```js SECRET\ncode\n```", "```\ncode\n```"],
  ["the info of code with tildes", "- ~~~SECRET\n  code\n  ~~~", "- ~~~\n  code\n  ~~~"],
  ["a cell too many", "|a|\n|-|\n|x|SECRET|\n|y|", "|a|\n|-|\n|x|\n|y|"],
  ["a hidden element around Markdown", "<div hidden>\n\nSECRET `x`\n\n</div>\n\nb", "\n\nb"],
  ["a hidden element around its like", "<b hidden>S<b>SECRET</b>T</b>c", "c"],
  ["an element hidden by style", 'a <span style="display: none">SECRET</span> b', "a  b"],
  ["a program", "a\n\n<script>\nSECRET\n</script>\n\nb", "a\n\n\n\nb"],
  ["an attribute", '<a title="SECRET">t</a>', "t"],
  ["a footnote that nothing uses", "a\n\n[^1]: SECRET", "a\n\n"],
  ["a declaration", "a <!DOCTYPE SECRET> b <?SECRET?>", "a  b "],
  ["a comment in a quotation over several lines", "> a <!-- SECRET\n> SECRET --> b", "> a  b"],
])("nobody sees %s", (_, text, seen) => {
  expect(visibleMarkdown(text)).toBe(seen);
});

test.each([
  ["what is folded", "<details><summary>s</summary>\n\nshown\n\n</details>", "s\n\nshown\n\n"],
  ["comments shown as code", "`<!-- a -->`\n\n```\n<!-- b -->\n```", "`<!-- a -->`\n\n```\n<!-- b -->\n```"],
  ["a footnote that is used", "x[^1]\n\n[^1]: shown", "x[^1]\n\n[^1]: shown"],
  ["letters written as numbers", "&#105;&#x67;n &lt;b&gt; &amp;", "ign &lt;b&gt; &amp;"],
  ["numbers in code", "`&#105;`", "`&#105;`"],
  ["plain addresses", "https://a.b/c <https://x.y>", "https://a.b/c <https://x.y>"],
  ["what an element hides that is never closed", "a <span hidden>shown", "a shown"],
  ["text of inner elements", "<p>one <b>two</b></p>", "one two"],
  ["a picture written in HTML, as one", '<img alt="x" src="y">', "[image]"],
  ["text with angle brackets", "a < b and c > d", "a < b and c > d"],
])("people see %s", (_, text, seen) => {
  expect(visibleMarkdown(text)).toBe(seen);
});

const SHOWN = ["word", "**bold**", "`code`", "- item", "> quoted", "1. one", "# Title", "<b>strong</b>", "a | b"];
const WORDS = ["word", "bold", "code", "item", "quoted", "one", "Title", "strong"];
const NOT_SHOWN = [
  "<!-- SECRET -->",
  "![SECRET](x)",
  '[t](x "SECRET")',
  '<i title="SECRET">t</i>',
  "<u hidden>SECRET</u>",
  "\n\n[//]: # (SECRET)\n\n",
  "\n\n```SECRET\nc\n```\n\n",
  "\n\n[^n]: SECRET\n\n",
];
const pieces = fc.array(fc.constantFrom(...SHOWN, ...NOT_SHOWN, "\n", "\n\n", " "), { maxLength: 25 });

describe("whatever stands beside it", () => {
  test("what is hidden does not survive, and every word that is shown does", () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        // HTML that begins a line makes text of what follows it there, which people see.
        const text = parts.map((part) => (NOT_SHOWN.includes(part) ? `x ${part} ` : part)).join("");
        const seen = visibleMarkdown(text);
        // Within code or a quotation a piece may be text that people do see.
        if (!/```|^[ >\d.#-]*[ >\d.#-]{4}/m.test(text)) expect(seen).not.toContain("SECRET");
        for (const word of WORDS)
          expect(`${word} ${seen.split(word).length}`).toBe(`${word} ${text.split(word).length}`);
      }),
      { numRuns: 300 },
    );
  });

  test("text too tangled to be parsed loses what looks hidden", () => {
    const tangled = `${"a\n".repeat(4000)}<!-- SECRET --> ![SECRET](x) <i title="SECRET">t</i>\n[//]: # (SECRET)\n[t](x "SECRET")\n\`\`\`SECRET\nend`;
    expect(parseMarkdown(tangled)).toBeNull();
    const seen = visibleMarkdown(tangled);
    expect(seen).not.toContain("SECRET");
    expect(seen).toMatch(/\[image\] t\n\n\[t\]\(x\)\n```\nend$/);
  });

  test("hostile text is read in no time", () => {
    for (const text of [
      '<a "'.repeat(20_000),
      "<!--".repeat(20_000),
      "&#".repeat(30_000),
      "[a](".repeat(20_000),
      "<a '\n".repeat(13_000),
    ])
      expect(typeof visibleMarkdown(text.slice(0, 65_536))).toBe("string");
  });
});
