import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plannedPaths } from "../../src/config/plannedPaths.ts";
import { readPlan } from "../../src/config/readPlan.ts";
import { TITLE, phasesOf, read, refusal, sourceOf } from "./planReading.ts";

const titled = (title: string) => phasesOf(readPlan({ issue: { title, body: "" }, specs: [] }))[0]?.title;
const yaml = (text: string) => `Please.\n\n\`\`\`yaml\n${text}\n\`\`\`\n`;
const phases = (...lines: readonly string[]) => yaml(["autopack:", "  phases:", ...lines].join("\n"));

describe("a plan in YAML", () => {
  test("with all that can be said", () => {
    const result = read(
      yaml(`autopack:
  tiers:
    - title: Groundwork
      phases:
        - title: "Add  a greeting\u202E"
          id: greet
          category: feature_scaffolding
          files: [src/greet.ts, "test/**"]
          acceptance: [greet() returns a text]
          instructions: |
            Use the *house* style.

            No dependencies.
        - title: Wire it up
          depends_on: [greet, 1]
        - title: Prepare
          id: 1
    - phases:
        - title: Document it
          depends_on: [Wire it up]`),
    );
    expect(sourceOf(result)).toBe("issue_yaml");
    expect(phasesOf(result)).toMatchInlineSnapshot(`
      [
        {
          "acceptance": [
            "greet() returns a text",
          ],
          "category": "feature_scaffolding",
          "complexity": null,
          "dependsOn": [],
          "files": [
            "src/greet.ts",
            "test/**",
          ],
          "impacts": [
            {
              "confidence": 1,
              "operation": "update",
              "path": "src/greet.ts",
              "source": "declared",
            },
            {
              "confidence": 1,
              "operation": "update",
              "path": "test/**",
              "source": "declared",
            },
          ],
          "instructions": "Use the *house* style.

      No dependencies.",
          "priority": 2,
          "spec": null,
          "tier": "Groundwork",
          "title": "Add a greeting",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [],
          "files": [],
          "impacts": [],
          "instructions": "",
          "priority": 2,
          "spec": null,
          "tier": "Groundwork",
          "title": "Prepare",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [
            1,
            2,
          ],
          "files": [],
          "impacts": [],
          "instructions": "",
          "priority": 2,
          "spec": null,
          "tier": "Groundwork",
          "title": "Wire it up",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [
            3,
          ],
          "files": [],
          "impacts": [],
          "instructions": "",
          "priority": 2,
          "spec": null,
          "tier": "Tier 2",
          "title": "Document it",
        },
      ]
    `);
  });

  test("phases alone are one tier", () => {
    expect(phasesOf(read(phases("    - title: One")))).toMatchObject([
      { title: "One", tier: "Tier 1", category: "general", dependsOn: [] },
    ]);
  });

  test("other YAML, and YAML in a quote, is no plan", () => {
    expect(sourceOf(read(yaml("services: {}")))).toBe("issue");
    expect(sourceOf(read("> ```yaml\n> autopack: {}\n> ```"))).toBe("issue");
    expect(sourceOf(read("```json\nautopack: {}\n```"))).toBe("issue");
  });

  test("with Windows line ends", () => {
    expect(phasesOf(read(phases("    - title: One", "    - title: Two").replaceAll("\n", "\r\n")))).toHaveLength(2);
  });

  test.each([
    ["unknown keys", phases("    - title: One", "      file: [a.ts]")],
    ["no title", phases("    - files: [a.ts]")],
    ["a title that shows nothing", phases('    - title: "\\u200b"')],
    ["paths out of the repository", phases("    - title: One", "      files: [../x, /etc/passwd]")],
    ["bad syntax", phases("    - title: [One")],
    ["nothing in it", yaml("autopack:")],
    ["no phases", yaml("autopack: {}")],
    ["an empty list", yaml("autopack: { phases: [] }")],
    ["both forms", yaml("autopack:\n  phases: [{ title: a }]\n  tiers: [{ phases: [{ title: b }] }]")],
    ["two blocks", phases("    - title: One") + phases("    - title: Two")],
    ["a second root key", yaml("autopack: { phases: [{ title: a }] }\nother: 1")],
    [
      "a circle",
      phases(...["a", "b", "c"].map((id, at) => `    - { title: T${id}, id: ${id}, depends_on: [${"bca"[at]}] }`)),
    ],
    ["itself first", phases("    - { title: One, depends_on: [One] }")],
    [
      "an unknown dependency",
      phases("    - { title: Greet, id: greet }", "    - { title: Two, depends_on: [gret, x] }"),
    ],
    ["an ambiguous dependency", phases("    - title: A", "    - title: A", "    - { title: B, depends_on: [A] }")],
    ["an id twice", phases("    - { title: A, id: 1 }", '    - { title: B, id: "1" }')],
    [
      "a later tier first",
      yaml("autopack:\n  tiers:\n    - phases: [{ title: A, depends_on: [B] }]\n    - phases: [{ title: B }]"),
    ],
    [
      "a tier twice",
      yaml(
        "autopack:\n  tiers:\n    - { title: T, phases: [{ title: A }] }\n    - { title: T, phases: [{ title: B }] }",
      ),
    ],
    ["too many phases", phases(...Array.from({ length: 26 }, (_, index) => `    - title: Phase ${index}`))],
  ])("%s", (name, body) => {
    expect(refusal(read(body))).toMatchSnapshot(name);
  });
});

describe("a task list", () => {
  test("its open entries, with what is nested", () => {
    const result = read(`Intro with <!-- hidden --> text.

- [x] Done already
- [ ] **Add** \`greet\` to src/greet.ts
  Second line.

  More, with a list:
  - [ ] nested, not a phase
    \`\`\`sh
    code
    \`\`\`
- not a task
- [ ] ${"long ".repeat(40)}

> - [ ] quoted

1. [ ] Numbered\u0000 too <!-- and not this -->
`);
    expect(sourceOf(result)).toBe("task_list");
    expect(phasesOf(result)).toMatchInlineSnapshot(`
      [
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [],
          "files": [
            "src/greet.ts",
          ],
          "impacts": [],
          "instructions": "Second line.

      More, with a list:
      - [ ] nested, not a phase
        \`\`\`sh
        code
        \`\`\`",
          "priority": 2,
          "spec": null,
          "tier": "Tier 1",
          "title": "Add \`greet\` to src/greet.ts",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [],
          "files": [],
          "impacts": [],
          "instructions": "long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long",
          "priority": 2,
          "spec": null,
          "tier": "Tier 1",
          "title": "long long long long long long long long long long long long long long long long long long long long long long long long…",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [],
          "files": [],
          "impacts": [],
          "instructions": "",
          "priority": 2,
          "spec": null,
          "tier": "Tier 1",
          "title": "Numbered too",
        },
      ]
    `);
  });

  test("nothing left", () => {
    expect(refusal(read("- [x] a\n- [X] b"))).toMatchInlineSnapshot(
      `"nothing is left to do: every task of the issue is ticked off"`,
    );
  });

  test("too many, with the line as in the issue", () => {
    const body = `<!-- a\n\ncomment -->\n${"- [ ] a\n".repeat(26)}`;
    expect(refusal(read(body))).toContain("issue:29:null The plan has 26 phases");
  });
});

describe("the issue itself", () => {
  test("is one phase, without what nobody sees", () => {
    const body =
      "Line one<!-- hidden -->.\n\n<!--\nhidden\n-->\n\nUse `<!-- marker -->`:\n\n```html\n<!-- kept -->\n```\n\u202Eend";
    expect(phasesOf(read(body))).toEqual([
      {
        title: TITLE,
        tier: "Tier 1",
        category: "general",
        instructions: "Line one.\n\nUse `<!-- marker -->`:\n\n```html\n<!-- kept -->\n```\nend",
        acceptance: [],
        spec: null,
        files: [],
        impacts: [],
        dependsOn: [],
        priority: 2,
        complexity: null,
      },
    ]);
  });

  test("has a title, whatever it was called", () => {
    expect(titled("\u200b")).toBe("Untitled");
    expect(titled("a".repeat(200))).toBe(`${"a".repeat(119)}…`);
    expect(titled("  a\n b\u0007 ")).toBe("a b");
  });

  test("may be a tangle, as long as it is no plan", () => {
    const log = "a\n===\n".repeat(10_000);
    expect(sourceOf(read(log))).toBe("issue");
    expect(sourceOf(read(`${log}\n- [ ] task`))).toBe("refused");
    expect(sourceOf(read(log + phases("    - title: One")))).toBe("refused");
  });
});

test("all paths of a plan, once", () => {
  const result = read(phases("    - { title: A, files: [a, b] }", "    - { title: B, files: [b, c] }"));
  expect(result.kind === "ok" && plannedPaths(result.plan)).toEqual(["a", "b", "c"]);
});

const piece = fc.constantFrom(
  ..."```yaml\n|```\n|autopack:\n|  phases:\n|  tiers:\n|    - title: a\n|      id: a\n|      depends_on: [a]\n|- [ ] |- [x] |T001 |T002 |[P] |(depends on T001)|## Phase 1: x\n|specs/a|<!--|-->|\n\n|> |  |`|**|a.ts|\r\n".split(
    "|",
  ),
  "|",
  "\0",
  "\u{D800}",
  "\u202E",
);
const text = fc.oneof(fc.string({ unit: piece, maxLength: 40 }), fc.string({ unit: "binary" }));

test("whatever the text, a plan that can be run or a refusal that says why", () => {
  fc.assert(
    fc.property(text, text, text, (title, body, tasks) => {
      const result = readPlan({ issue: { title, body }, specs: [{ path: "specs/a/tasks.md", text: tasks }] });
      if (result.kind === "refused") {
        expect(result.message).not.toBe("");
        for (const problem of result.problems) expect(problem).toMatchObject({ line: expect.any(Number) });
        return;
      }
      expect(result.plan.phases.length).toBeGreaterThan(0);
      for (const [index, phase] of result.plan.phases.entries()) {
        expect(phase.title).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]{1,120}$/u);
        expect(phase.instructions).not.toMatch(/\0|\p{Cs}/u);
        expect(phase.dependsOn.every((ordinal) => ordinal >= 1 && ordinal <= index)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});
