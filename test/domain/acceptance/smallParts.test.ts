import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addedLines } from "../../../src/domain/acceptance/addedLines.ts";
import { agentSpecOf } from "../../../src/domain/acceptance/agentSpec.ts";
import { compareOutcomes } from "../../../src/domain/acceptance/baseline.ts";
import { patchSections } from "../../../src/domain/acceptance/patchSections.ts";
import { patternFault } from "../../../src/domain/acceptance/patternFault.ts";
import { asArguments } from "../../../src/domain/acceptance/testFiles.ts";
import { canonicalJson } from "../../../src/domain/canonicalJson.ts";
import type { PhaseRules } from "../../../src/domain/strategy/strategy.ts";
import { SETTINGS } from "../runFixture.ts";

const DIFF = `diff --git a/a.txt b/a.txt
index 1..2 100644
--- a/a.txt
+++ b/a.txt
@@ -1,2 +1,3 @@
 same
-gone
+++ looks like a header
+two
\\ No newline at end of file
@@ -9 +10 @@ context
-x
+ten
diff --git a/new b/new
new file mode 100644
--- /dev/null
+++ "b/n\\303\\274 \\"w\\"\\\\n"
@@ -0,0 +1 @@
+first
diff --git a/pic.png b/pic.png
Binary files /dev/null and b/pic.png differ
diff --git a/old b/old
--- a/old
+++ /dev/null
@@ -1 +0,0 @@
-gone
`;

test("added lines, each where it stands afterwards", () => {
  expect(addedLines(DIFF)).toEqual({
    lines: [
      { path: "a.txt", line: 2, text: "++ looks like a header" },
      { path: "a.txt", line: 3, text: "two" },
      { path: "a.txt", line: 10, text: "ten" },
      { path: 'nü "w"\\n', line: 1, text: "first" },
    ],
    binaries: ["pic.png"],
  });
});

test("a patch comes apart by files and together again to the byte", () => {
  const patch = `diff --git a/a b b/a b\n+diff --git a/x b/x\ndiff --git "a/\\303\\274" "b/\\303\\274"\nGIT binary patch\nzcmd\u00ff\n`;
  const sections = patchSections(patch);
  expect(sections.map(({ path }) => path)).toEqual(["a b", "ü"]);
  expect(sections.map(({ text }) => text).join("")).toBe(patch);
});

describe("patterns", () => {
  test.each([
    "console\\.log",
    "(?:foo|bar)+",
    "a+b*",
    "(ab){3}",
    "\\(a+\\)+",
    "[(+]+x+",
    "(a{1,3})*",
    "(?<year>\\d{4})",
    "^$",
  ])("%s may be used", (pattern) => expect(patternFault(pattern)).toBeNull());

  test.each(["(a+)+", "(a*)*b", "((ab)+c)*", "(?:x{2,})+", "(a+){50}", "([a-z]+\\.)+com"])(
    "%s repeats itself",
    (pattern) => {
      expect(patternFault(pattern)).toMatch(/^repeats something that repeats itself/);
    },
  );

  test("what is none says why; whatever the text, nothing throws", () => {
    expect(patternFault("(")).toBe("is no regular expression: unterminated group");
    expect(patternFault("a".repeat(501))).toBe("is longer than 500 characters");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."()[]{}*+?|\\^$a1,:<>=!".split("")) }), (pattern) => {
        const fault = patternFault(pattern);
        expect(fault === null || fault.length > 5).toBe(true);
      }),
    );
  });
});

test("two runs compared, test by test", () => {
  const before = { kept: "passed", lost: "passed", worse: "passed", better: "failed", still: "failed" } as const;
  const after = new Map([
    ["kept", "passed"],
    ["worse", "failed"],
    ["better", "passed"],
    ["still", "failed"],
    ["fresh", "passed"],
    ["constructor", "passed"],
  ] as const);
  expect(compareOutcomes(before, after)).toEqual({
    regressed: ["worse"],
    gone: ["lost"],
    added: ["constructor", "fresh"],
    mended: ["better", "constructor", "fresh"],
    passedBefore: 3,
  });
});

test("a path is never taken for an option", () => {
  expect(asArguments(["a.test.js", "-rf"])).toBe("a.test.js\n./-rf");
});

test("an agent spec holds what could make a difference", () => {
  const rules = { category: "docs", turns: 25, seconds: 900, builderMode: "tweak_light", auditorProfile: null };
  const facts = { settings: SETTINGS.builder, rules: rules as PhaseRules, promptVersion: "1" };
  const builder = agentSpecOf({ ...facts, role: "builder" });
  expect(builder.name).toBe("builder/docs");
  expect(builder.content).toMatchObject({ role: "builder", command: ["true"], manner: "tweak_light", seconds: 900 });
  expect(agentSpecOf({ ...facts, role: "auditor" }).content.manner).toBeNull();
  const { settings } = facts;
  const changed = agentSpecOf({ ...facts, settings: { ...settings, env: { A: "1" } }, role: "builder" });
  expect(canonicalJson(changed.content)).not.toBe(canonicalJson(builder.content));
});
