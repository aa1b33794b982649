import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeTampering } from "../../../src/gates/tampering/judgeTampering.ts";
import { changedFile } from "./changedFile.ts";
import { rulesOf } from "./tamperingCase.ts";

const PATHS = [
  "src/a.test.ts",
  "src/a.test.tsx",
  "src/a.js",
  "tests/test_a.py",
  "a/a_test.go",
  "src/lib.rs",
  "src/test/java/ATest.java",
  "package.json",
  "tsconfig.json",
  "pyproject.toml",
  ".github/workflows/ci.yml",
  "pom.xml",
  "Makefile",
  "app/a.rb",
];
const PIECES = fc.constantFrom(
  ..."it( test. skip only expect assert ) } { ] [ ( \" ' ` // # \n \t /* */ #[test] fn def @Test class return if false true => : = , ; \\ \0 é \u{1f600} \ud800 &a *a - ${ <a> not or 0 [[1]]".split(
    " ",
  ),
);
const junk = fc.array(fc.oneof(PIECES, fc.string({ maxLength: 6 })), { maxLength: 60 }).map((parts) => parts.join(" "));
const side = fc.option(junk, { nil: null });

describe("whatever a file holds", () => {
  test("junk is judged without a failure, and the same way twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), side, side, async (path, before, after) => {
        const file = changedFile(path, before, after);
        const once = await judgeTampering([file], { planned: [] });
        expect(await judgeTampering([file], { planned: [] })).toEqual(once);
        for (const { message, fingerprint } of once) {
          expect(message).not.toMatch(/[\n\0]/);
          expect(fingerprint).toMatch(/^[\da-f]{32}$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a change that leaves every file as it was has nothing against it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), junk, async (path, text) => {
        expect(await rulesOf([[path, text, text]])).toEqual([]);
      }),
    );
  });

  test.each([
    ["brackets", "src/a.test.ts", "(".repeat(200_000)],
    ["a very long line", "src/a.test.ts", `it("a", () => { ${"expect(a).toBe(1); ".repeat(5000)} });`],
    ["more than is parsed", "src/a.test.ts", "a;\n".repeat(400_000)],
    ["aliases without end", ".github/workflows/ci.yml", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"],
    ["deep lists", "tsconfig.json", "[".repeat(5000)],
  ])("%s", async (_, path, text) => {
    const objections = await judgeTampering(
      [{ path, before: "x", after: text, removed: new Set([1]), added: new Set([1]) }],
      { planned: ["**"] },
    );
    expect(objections.length).toBeLessThan(20_000);
  });
});

const TEST_FILE = `import { expect, it } from "vitest";

// @ts-expect-error: not typed
import { add } from "./add.js";

it.skip("waits", () => {
  expect(add(1, 2)).toBe(3);
});

it("adds", async () => {
  const sum = await add(1, 2);
  expect(sum).toEqual({ total: 3, items: [1, 2] });
  expect(sum.total).toBeGreaterThan(2);
});
`;

describe("formatting", () => {
  const gap = fc.constantFrom(" ", "  ", "\n", "\n    ", "\t");

  test("blanks and line breaks between words change nothing", async () => {
    const words = TEST_FILE.split("\n");
    await fc.assert(
      fc.asyncProperty(fc.array(gap, { minLength: 40, maxLength: 40 }), async (gaps) => {
        let at = 0;
        const next = (): string => gaps[(at += 1) % gaps.length] ?? " ";
        const after = words
          .map((line) => (line.startsWith("//") ? line : line.replaceAll(/(?<=[{,(]) ?(?=\S)/g, () => next())))
          .join("\n");
        expect(await rulesOf([["src/add.test.ts", TEST_FILE, after]])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("quotes, semicolons and trailing commas change nothing", async () => {
    const after = TEST_FILE.replaceAll('"', "'").replaceAll(";\n", "\n").replaceAll("[1, 2]", "[1, 2,]");
    expect(await rulesOf([["src/add.test.ts", TEST_FILE, after]])).toEqual([]);
  });
});

function moved(text: string): string {
  return `// a new head\n\n${text.replaceAll("expect(sum.total).toBe", "expect(\n  sum.total,\n).toBe")}`;
}

describe("fingerprints", () => {
  const without = TEST_FILE.replace("  expect(sum.total).toBeGreaterThan(2);\n", "");

  test("stay when the lines move and the code is formatted", async () => {
    const [one] = await judgeTampering([changedFile("src/add.test.ts", TEST_FILE, without)], { planned: [] });
    const [other] = await judgeTampering([changedFile("src/add.test.ts", moved(TEST_FILE), moved(without))], {
      planned: [],
    });
    expect(one?.rule).toBe("assertion_removed");
    expect(other?.fingerprint).toBe(one?.fingerprint);
    expect(other?.lines).not.toEqual(one?.lines);
  });

  test("tell two of the same kind apart", async () => {
    const twice = await judgeTampering(
      [changedFile("src/a.ts", "a();\nb();\n", "// @ts-ignore\na();\n// @ts-ignore\nb();\n")],
      { planned: [] },
    );
    expect(new Set(twice.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });
});

test("an objection says what, where and what to do", async () => {
  const after = TEST_FILE.replace("  expect(sum.total).toBeGreaterThan(2);\n", "");
  expect(await judgeTampering([changedFile("src/add.test.ts", TEST_FILE, after)], { planned: [] })).toEqual([
    {
      ruleSet: "tampering",
      rule: "assertion_removed",
      level: "blocks",
      message: "`adds` no longer asserts `expect(sum.total).toBeGreaterThan(2)`.",
      remedy: "Put the assertion back, or one that says as much; change the code so that it holds.",
      path: "src/add.test.ts",
      lines: { start: 13, end: 13 },
      side: "before",
      fingerprint: expect.stringMatching(/^[\da-f]{32}$/) as string,
    },
  ]);
});
