import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCommand } from "../../src/commands/formatCommand.ts";
import { parseCommands } from "../../src/commands/parseCommands.ts";
import { commandNames } from "../../src/commands/specs.ts";
import type { Command, CommandName } from "../../src/commands/specs.ts";
import { RULE_SETS } from "../../src/domain/objection.ts";

const onIssue = { slug: "autopack-acme", bare: false };
const onPull = { slug: "autopack-acme", bare: true };

const parse = (body: string) => parseCommands(body, onIssue);
const named = (body: string, where = onIssue) =>
  parseCommands(body, where).map((found) => (found.kind === "command" ? found.name : found.kind));

const RUN = { kind: "command", name: "run", profile: null, agent: null, base: null, "dry-run": false };

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
    expect(parse(body)).toEqual([RUN]);
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

describe("arguments", () => {
  test.each<[string, object]>([
    [
      "run profile=Strict agent=careful base=release/2.x dry-run",
      { profile: "strict", agent: "careful", base: "release/2.x", "dry-run": true },
    ],
    ["run --dry-run", { "dry-run": true, profile: null }],
    ["approve sha=1A2B3C4", { sha: "1a2b3c4" }],
    ["retry", { phase: null }],
    ["retry 3", { phase: 3 }],
    ["retry #3", { phase: 3 }],
    ["explain phase=12", { phase: 12 }],
    ['skip 3 reason="flaky on CI"', { phase: 3, reason: "flaky on CI" }],
    ["skip reason=“done by hand” #3", { phase: 3, reason: "done by hand" }],
    ['fix say "hi" to `you`, not reason=x', { instruction: 'say "hi" to `you`, not reason=x' }],
    ["ci", { profile: null }],
    ["ci STRICT", { profile: "strict" }],
    ["hold", { reason: null }],
    ["rollback Base force", { checkpoint: "base", force: true }],
    ["rollback 1a2b3c4", { checkpoint: "1a2b3c4", force: false }],
    ["budget +500k", { tokens: 500_000, turns: null }],
    ["budget +1M", { tokens: 1_000_000 }],
    ["budget 1.1m", { tokens: 1_100_000 }],
    ["budget 1_000,000", { tokens: 1_000_000 }],
    ["budget cost_usd=$2.50 turns=+10", { tokens: null, cost_usd: 2.5, turns: 10 }],
    ["budget tokens=5 seconds=60 ci_runs=2 findings=1", { tokens: 5, seconds: 60, ci_runs: 2, findings: 1 }],
    ["override CI reason=known", { gate: "ci", phase: null, reason: "known" }],
    ["override secrets 2 reason=known", { gate: "secrets", phase: 2, reason: "known" }],
    ["override tampering phase=#3 reason=known", { gate: "tampering", phase: 3, reason: "known" }],
    ["help", { verb: null }],
    ["help Rollback", { verb: "rollback" }],
  ])("%s", (line, args) => {
    const [name = ""] = line.split(" ");
    expect(parse(`/autopack ${line}`)).toEqual([expect.objectContaining({ kind: "command", name, ...args })]);
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
    ["/autopack run profile=lax", "/autopack run"],
    ["/autopack run base=autonomous/7-abc", "/autopack run"],
    ["/autopack run base=-f", "/autopack run"],
    ["/autopack run agent=../sh", "/autopack run"],
    ["/autopack run dry-run dry-run", "/autopack run"],
    ["/autopack retry zero", "/autopack retry"],
    ["/autopack retry 0", "/autopack retry"],
    ["/autopack retry 1 2", "/autopack retry"],
    ["/autopack skip 3", '/autopack skip 3 reason="done by hand in #41"'],
    ["/autopack skip 3 reason=", '/autopack skip 3 reason="done by hand in #41"'],
    ['/autopack skip reason="why not"', '/autopack skip 3 reason="done by hand in #41"'],
    ["/autopack fix", "/autopack fix greet an empty name as `hello you`"],
    ["/autopack fix ...", "/autopack fix greet an empty name as `hello you`"],
    ["/autopack fix as https://evil.example says", "/autopack fix greet an empty name as `hello you`"],
    [`/autopack ci strictest`, "/autopack ci"],
    ["/autopack rollback HEAD~1", "/autopack rollback 1a2b3c4"],
    ["/autopack rollback", "/autopack rollback 1a2b3c4"],
    ["/autopack budget", "/autopack budget +500k"],
    ["/autopack budget -5", "/autopack budget +500k"],
    ["/autopack budget 0", "/autopack budget +500k"],
    ["/autopack budget +1.5", "/autopack budget +500k"],
    ["/autopack budget 1e30", "/autopack budget +500k"],
    ["/autopack budget +1 tokens=2", "/autopack budget +500k"],
    ["/autopack budget cost_usd=1.234", "/autopack budget +500k"],
    ["/autopack override promotion reason=x", expect.stringContaining("/autopack override ci")],
    ["/autopack override ci", expect.stringContaining("/autopack override ci")],
    ["/autopack explain", "/autopack explain 2"],
    ["/autopack help retyr", "/autopack help retry"],
    ["/autopack help constructor", null],
    ["/autopack hold wait", expect.stringContaining("/autopack hold")],
    ["/autopack ping pong", "/autopack ping"],
    ["/autopack approve main", "/autopack approve"],
    ["/autopack approve 1a2b3c4 5d6e7f8", "/autopack approve"],
    ['/autopack approve "1a2b3c4', "/autopack approve"],
    ["/autopack approve sha=1a2b3c4 5d6e7f8", "/autopack approve"],
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
      "/autopack run profil=strict",
      "/autopack run dry_run",
      "/autopack run @octocat",
      "/autopack budget",
      "/autopack skip 3",
      "/autopack retry three",
      "/autopack approve `x`",
      '/autopack approve "a',
      "/autopack approve www.example.com",
    ];
    const messages = bodies.flatMap(parse).map((found) => (found.kind === "unknown" ? found.message : found.name));
    expect(messages).toMatchInlineSnapshot(`
      [
        "There is no command \`retyr\`.",
        "\`run\` takes no option \`profil\`. Was \`profile=\` meant?",
        "\`run\` takes no argument \`dry_run\`. Was \`dry-run\` meant?",
        "\`run\` takes no argument \`@octocat\`.",
        "\`budget\` needs one at least of \`tokens\`, \`cost_usd\`, \`turns\`, \`seconds\`, \`ci_runs\`, \`findings\`.",
        "\`skip\` needs \`reason\`.",
        "\`phase\` must be the number of a phase, as \`3\` or \`#3\`, not \`three\`.",
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

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
const reason = fc
  .string({ unit: fc.constantFrom(...Array.from("ab 1\\\"'`@#<>*_-=.|[]()!é")), minLength: 1, maxLength: 40 })
  .map((text) => `because ${text}`.replaceAll(/ +/g, " ").trim());
const phase = fc.integer({ min: 1, max: 9999 });
const amount = fc.option(fc.integer({ min: 1, max: 10 ** 12 }));
const bare = (name: CommandName) => fc.constant({ kind: "command" as const, name } as Command);
const withArgs = (name: CommandName, args: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Command> =>
  fc.record(args).map((given) => ({ kind: "command", name, ...given }) as Command);

const arbitraries: { readonly [Name in CommandName]: fc.Arbitrary<Command> } = {
  run: withArgs("run", {
    profile: fc.option(fc.constant("strict")),
    agent: fc.option(word),
    base: fc.option(fc.tuple(word, word).map((parts) => parts.join("/"))),
    "dry-run": fc.boolean(),
  }),
  plan: bare("plan"),
  approve: withArgs("approve", { sha: fc.option(fc.stringMatching(/^[0-9a-f]{7,40}$/)) }),
  status: bare("status"),
  why: bare("why"),
  explain: withArgs("explain", { phase }),
  retry: withArgs("retry", { phase: fc.option(phase) }),
  skip: withArgs("skip", { phase, reason }),
  fix: withArgs("fix", { instruction: reason }),
  audit: bare("audit"),
  preflight: bare("preflight"),
  ci: withArgs("ci", { profile: fc.option(fc.constantFrom("normal", "strict")) }),
  pause: bare("pause"),
  resume: bare("resume"),
  hold: withArgs("hold", { reason: fc.option(reason) }),
  unhold: bare("unhold"),
  cancel: bare("cancel"),
  rollback: withArgs("rollback", {
    checkpoint: fc.oneof(fc.stringMatching(/^[0-9a-f]{7,40}$/), fc.constant("base")),
    force: fc.boolean(),
  }),
  budget: withArgs("budget", {
    tokens: fc.integer({ min: 1, max: 10 ** 12 }),
    cost_usd: fc.option(fc.integer({ min: 1, max: 10 ** 8 }).map((cents) => cents / 100)),
    turns: amount,
    seconds: amount,
    ci_runs: amount,
    findings: amount,
  }),
  override: withArgs("override", {
    gate: fc.constantFrom("preflight", "ci", "audit", ...RULE_SETS),
    phase: fc.option(fc.integer({ min: 1, max: 9999 })),
    reason,
  }),
  promote: bare("promote"),
  backlog: bare("backlog"),
  debt: bare("debt"),
  help: withArgs("help", { verb: fc.option(fc.constantFrom(...commandNames)) }),
  ping: bare("ping"),
};
const commands = fc.oneof(...commandNames.map((name) => arbitraries[name]));

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

  test("an answer echoes nothing that could act", () => {
    fc.assert(
      fc.property(fc.constantFrom(...commandNames, "retyr"), markup, (verb, text) => {
        const line = text.replaceAll(/[\r\n]/g, " ");
        for (const found of parse(`/autopack ${verb} @octocat ${line} x=#12`)) {
          if (found.kind === "command") continue;
          expect(parseCommands(found.message, onPull)).toEqual([]);
          expect(found.message.replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, "")).not.toMatch(/[@#<]/);
        }
      }),
    );
  });

  test("a formatted command reads back as itself", () => {
    fc.assert(
      fc.property(commands, (command) => {
        expect(parse(`Thanks.\n\n${formatCommand(command)}`)).toEqual([command]);
      }),
      { numRuns: 500 },
    );
  });
});
