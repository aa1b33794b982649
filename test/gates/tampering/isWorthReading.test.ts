import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSource } from "../../../src/gates/syntax/parseSource.ts";
import { isWorthReading } from "../../../src/gates/tampering/isWorthReading.ts";
import { suppressionsIn } from "../../../src/gates/tampering/suppressions.ts";
import { readTests } from "../../../src/gates/tampering/testFile.ts";
import { changedFile } from "./changedFile.ts";
import { rulesOf } from "./tamperingCase.ts";

const PATHS = [
  "src/a.ts",
  "src/a.tsx",
  "src/a.js",
  "app/a.py",
  "a/a.go",
  "src/lib.rs",
  "src/A.java",
  "app/a.rb",
  "a.sh",
];
const PIECES = fc.constantFrom(
  ...'it( fit xit( test( t. .test( describe( unit bit 10nit( 0xfit( 1any as any as many any <any> ) => { } ) ; // /* */ # #[ ] @ ts-ignore @ts-ignore NOSONAR noqa nolint allow(dead_code) ignore Suppress Warnings("x") SuppressWarnings Test @Test void testIt() class A extends TestCase: (TestCase): def test_a(self): fn a() {} #[test] " \' ` \n \t x 1 \\ é $ rubocop:disable shellcheck disable= #pragma warning disable'.split(
    " ",
  ),
  '"a", () => {}',
  "\n",
  " ",
);
const code = fc
  .array(fc.tuple(PIECES, fc.constantFrom("", " ", "\n")), { maxLength: 30 })
  .map((parts) => parts.flat().join(""));

describe("a file that is passed over", () => {
  test("has neither tests nor suppressions in it", async () => {
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), code, async (path, text) => {
        if (isWorthReading(changedFile(path, null, text))) return;
        const parsing = await parseSource(path, text);
        if (parsing.kind !== "parsed") return;
        passed += 1;
        expect(readTests(path, parsing.parsed).isTest).toBe(false);
        expect([...suppressionsIn(parsing.parsed.root, parsing.parsed.family)]).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  test("changes nothing: the same is objected to when it has to be read", async () => {
    const tests = 'it("adds", () => {\n  expect(add(1, 2)).toBe(3);\n  expect(add(2, 2)).toBe(4);\n});\n';
    const fewer = tests.replace("  expect(add(2, 2)).toBe(4);\n", "");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), code, code, async (path, before, after) => {
        const read = (text: string) => `${text}\n${/\.(?:py|rb|sh)$/.test(path) ? "#" : "//"} NOSONAR\n`;
        const rest = ["src/b.test.ts", tests, fewer] as const;
        expect(await rulesOf([[path, before, after], rest])).toEqual(
          await rulesOf([[path, read(before), read(after)], rest]),
        );
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["src/cart.ts", "export const unit = (company: Company) => company.commit();\n", false],
    ["src/cart.ts", "const x = y as any;\n", true],
    ["src/cart.ts", "// eslint-disable-next-line\n", true],
    ["src/cart.ts", "if (/a/.test(b)) c();\n", true],
    ["src/cart.test.ts", "", true],
    ["vitest.config.ts", "export default {};\n", true],
    ["cart.py", "def tests(): pass\n", false],
    ["cart.py", "import a  # noqa\n", true],
    ["cart.go", "func TestX() {}\n", false],
    ["cart.rs", "#[test]\nfn a() {}\n", true],
    ["README.md", "text", true],
  ])("%s with %j: %s", (path, text, isRead) => {
    expect(isWorthReading(changedFile(path, "x\n", text))).toBe(isRead);
    expect(isWorthReading(changedFile(path, text, null))).toBe(isRead);
  });
});
