import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCommand } from "../../src/commands/formatCommand.ts";
import { parseCommands } from "../../src/commands/parseCommands.ts";
import type { Command } from "../../src/commands/specs.ts";

const onIssue = { slug: "autopack-acme", bare: false };
const onPull = { slug: "autopack-acme", bare: true };

const parse = (body: string) => parseCommands(body, onIssue);
const named = (body: string, where = onIssue) =>
  parseCommands(body, where).map((found) => (found.kind === "command" ? found.name : found.kind));

describe("what counts as a command", () => {
  test.each([
    ["alone", "/autopack run"],
    ["after and before prose", "Looks good.\n/autopack run\nThanks!"],
    ["indented a little, with spaces behind", "  /autopack   run  "],
    ["as phones write it", "/Autopack Run"],
    ["addressed to the app", "@autopack-acme run"],
    ["with Windows line ends", "Hello\r\n/autopack run\r\n"],
    ["after a quote and a blank line", "> what now?\n\n/autopack run"],
    ["after a listing", "```\nlog\n```\n/autopack run"],
  ])("%s", (_, body) => {
    expect(parse(body)).toEqual([{ kind: "command", name: "run" }]);
  });

  test.each([
    ["in a quote", "> /autopack run"],
    ["in a quote's lazy last line", "> as I said\n/autopack run"],
    ["in inline code", "`/autopack run`"],
    ["in code over lines", "`a\n/autopack run\nb`"],
    ["in a fence", "```\n/autopack run\n```"],
    ["in a fence never closed", "~~~sh\n/autopack run"],
    ["in indented code", "    /autopack run"],
    ["in a heading", "# /autopack run"],
    ["in an underlined heading", "/autopack run\n======"],
    ["in a list", "- /autopack run"],
    ["in a numbered list", "1. do\n   /autopack run"],
    ["in a task", "- [ ] /autopack run"],
    ["in a link", "[\n/autopack run\n](https://example.com)"],
    ["in a comment", "<!-- \n/autopack run\n-->"],
    ["in a comment within a paragraph", "text <!--\n/autopack run\n-->"],
    ["in an HTML block", "<div>\n/autopack run\n</div>"],
    ["in an HTML quote", "<blockquote>\n\n/autopack run\n\n</blockquote>"],
    ["in a table", "/autopack run | b\n--- | ---\n/autopack run | d"],
    ["in a footnote", "text[^1]\n\n[^1]: note\n    /autopack run"],
    ["in the middle of a line", "please /autopack run"],
    ["escaped", "\\/autopack run"],
    ["of another name", "/autopacker run\n/autopack: run\n@autopack-acmeish run"],
    ["bare, where that is off", "/run"],
  ])("not %s", (_, body) => {
    expect(parse(body)).toEqual([]);
  });

  test("several, in order", () => {
    expect(named("/autopack cancel\nand then\n/autopack run\n\n@AutoPack-Acme status")).toEqual([
      "cancel",
      "run",
      "status",
    ]);
  });

  test("bare verbs on a run's own pull request; other people's commands are left alone", () => {
    expect(named("/retry\n/approve\n/lgtm\n/usr/bin/env", onPull)).toEqual(["retry", "approve"]);
    expect(parseCommands("/approve 1A2B3C4", onPull)).toEqual([{ kind: "command", name: "approve", sha: "1a2b3c4" }]);
  });
});

describe("what is answered as not understood", () => {
  test.each([
    ["/autopack", "/autopack help"],
    ["/autopack retyr", "/autopack retry"],
    ["/autopack statsu now", "/autopack status"],
    ["/autopack constructor", null],
    ["/autopack __proto__", null],
    ["/autopack deploy to production", null],
    ["/autopack run fast", "/autopack run"],
    ["/autopack run profile=strict", "/autopack run"],
    ["/autopack approve main", "/autopack approve"],
    ["/autopack approve 1a2b3c4 5d6e7f8", "/autopack approve"],
    ['/autopack approve "1a2b3c4', "/autopack approve"],
    ["/autopack approve sha=1a2b3c4", "/autopack approve"],
    ["/autopack approve https://example.com/1a2b3c4", "/autopack approve"],
    [`/autopack approve ${"a".repeat(500)}`, "/autopack approve"],
    ["@autopack-acme thank you!", null],
  ])("%s", (body, suggestion) => {
    const [found, ...others] = parse(body);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ kind: "unknown", suggestion });
    expect(found).toHaveProperty("message", expect.stringMatching(/\.$/));
  });

  test("the answers in words", () => {
    const bodies = [
      "/autopack retyr",
      "/autopack run profile=strict",
      "/autopack run @octocat",
      "/autopack approve `x`",
      '/autopack approve "a',
      "/autopack approve www.example.com",
    ];
    const messages = bodies.flatMap(parse).map((found) => (found.kind === "unknown" ? found.message : found.name));
    expect(messages).toMatchInlineSnapshot(`
      [
        "There is no command \`retyr\`.",
        "\`run\` takes no option \`profile\`.",
        "\`run\` takes no argument \`@octocat\`.",
        "\`sha\` must be 7 to 40 hexadecimal digits of a commit, not \`\` \`x\` \`\`.",
        "A quotation mark is out of place, or is not closed.",
        "Arguments cannot be links.",
      ]
    `);
  });

  test("at most ten commands a comment", () => {
    const found = parse("/autopack status\n".repeat(15));
    expect(found).toHaveLength(11);
    expect(found.at(-1)).toMatchObject({ kind: "unknown", text: "/autopack status" });
  });

  test.each([
    ["too long", `/autopack run\n${"word ".repeat(3000)}`],
    ["too deep", `/autopack run\n\n${"> ".repeat(50)}x`],
    ["too tangled", `/autopack run\n${"]".repeat(5000)}`],
  ])("a comment that is %s", (_, body) => {
    expect(parse(body)).toMatchObject([{ kind: "unknown", text: "/autopack run" }]);
  });

  test("a long comment without a command costs and says nothing", () => {
    expect(parse("]".repeat(60_000))).toEqual([]);
  });
});

const markup = fc.string({
  unit: fc.constantFrom(
    ...Array.from("`~>-*[](){}<>!\\|=\"' \t\n\r#@&:"),
    "/autopack run\n",
    "\n\n",
    "/retry",
    "@autopack-acme ",
    "<!--",
    "-->",
    "```",
    "a",
    "1. ",
    "- [ ] ",
    "[^1]: ",
  ),
  maxLength: 60,
});

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom("run", "status", "retry", "cancel", "help").map((name) => ({ kind: "command" as const, name })),
  fc
    .option(fc.stringMatching(/^[0-9a-f]{7,40}$/))
    .map((sha) => ({ kind: "command" as const, name: "approve" as const, sha })),
);

describe("whatever is typed", () => {
  test("nothing throws", () => {
    fc.assert(
      fc.property(fc.oneof(markup, fc.string({ unit: "binary" })), (body) => {
        expect(parseCommands(body, onPull).length).toBeLessThanOrEqual(11);
      }),
    );
  });

  test("nothing fires out of a fence, a quote or a code span", () => {
    fc.assert(
      fc.property(markup, (text) => {
        const inside = text.replaceAll(/[`~]/g, "");
        const lines = inside.split(/[\r\n]+/);
        const bodies = [
          `\`\`\`\n${inside}\n\`\`\``,
          lines.map((line) => `> ${line}`).join("\n"),
          lines.map((line) => `    ${line}`).join("\n"),
          lines.map((line) => `x \`${line} \``).join("\n\n"),
        ];
        for (const body of bodies) expect(parseCommands(body, onPull)).toEqual([]);
      }),
    );
  });

  test("a formatted command reads back as itself", () => {
    fc.assert(
      fc.property(commands, (command) => {
        expect(parse(`Thanks.\n${formatCommand(command)}`)).toEqual([command]);
      }),
    );
  });
});
