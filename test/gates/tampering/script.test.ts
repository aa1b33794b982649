import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";

const PATH = "src/cart.test.ts";
const HEAD = 'import { expect, it, test, describe } from "vitest";\n';
const ONE = `it("adds", () => {
  const cart = add(1, 2);
  expect(cart.total).toBe(3);
  expect(cart.items).toEqual([1, 2]);
});
`;
const TWO = `it("removes", () => {
  expect(remove(2)).toEqual([]);
});
`;
const FILE = HEAD + ONE + TWO;

/** The file with something in it replaced. */
function edited(from: string, to: string): string {
  if (!FILE.includes(from)) throw new Error(`not in the file: ${from}`);
  return FILE.replace(from, to);
}

describe("tests taken away", () => {
  judgesEach([
    ...inFile(PATH, [
      ["a test is deleted", FILE, HEAD + ONE, "test_deleted"],
      ["a test is commented out", FILE, HEAD + ONE + TWO.replaceAll(/^/gm, "// "), "test_deleted"],
      ["a test's body is emptied", FILE, edited("expect(remove(2)).toEqual([]);", ""), "test_deleted"],
      [
        "all tests of a group are deleted",
        `describe("g", () => {\n${ONE}${TWO}});\n`,
        `describe("g", () => {\n});\n`,
        "test_deleted",
        "test_deleted",
      ],
      [
        "a set of data is taken from a table",
        "it.each([[1], [2]])('n %s', (n) => { expect(f(n)).toBe(n); });",
        "it.each([[1]])('n %s', (n) => { expect(f(n)).toBe(n); });",
        "test_cases_removed",
      ],
      [
        "a set of data is taken from a template",
        "it.each`a|b\n${1}|${2}\n${3}|${4}`('n', ({ a, b }) => { expect(f(a)).toBe(b); });",
        "it.each`a|b\n${1}|${2}`('n', ({ a, b }) => { expect(f(a)).toBe(b); });",
        "test_cases_removed",
      ],
      [
        "a test in a project's own wrapper is deleted",
        'scenario("runs", async (world) => { expect(await world.run()).toBe(1); });',
        "",
        "test_deleted",
      ],
      ["a test is renamed", FILE, edited('it("removes"', 'it("takes away"')],
      [
        "a test is renamed and edited a little",
        FILE,
        edited('it("adds", () => {\n  const cart = add(1, 2);', 'it("adds up", () => {\n  const cart = add(1, 2, 0);'),
      ],
      ["`it` becomes `test`", FILE, FILE.replaceAll("it(", "test(")],
      ["tests change places", FILE, HEAD + TWO + ONE],
      ["tests go into a group", FILE, `${HEAD}describe("cart", () => {\n${ONE}${TWO}});\n`],
      ["a group is renamed", `describe("cart", () => {\n${ONE}});\n`, `describe("basket", () => {\n${ONE}});\n`],
      [
        "a test is split in two",
        FILE,
        `${HEAD}it("has a total", () => {\n  const cart = add(1, 2);\n  expect(cart.total).toBe(3);\n});\nit("has items", () => {\n  const cart = add(1, 2);\n  expect(cart.items).toEqual([1, 2]);\n});\n${TWO}`,
      ],
      [
        "two tests are merged into one",
        FILE,
        `${HEAD}it("adds and removes", () => {\n  const cart = add(1, 2);\n  expect(cart.total).toBe(3);\n  expect(cart.items).toEqual([1, 2]);\n  expect(remove(2)).toEqual([]);\n});\n`,
      ],
      [
        "tests become one with a table",
        "it('one', () => { expect(f(1)).toBe(1); });\nit('two', () => { expect(f(2)).toBe(2); });\n",
        "it.each([[1], [2]])('%s', (n) => { expect(f(n)).toBe(n); });\n",
      ],
      [
        "one with a table becomes tests",
        "it.each([[1], [2]])('%s', (n) => { expect(f(n)).toBe(n); });\n",
        "it('one', () => { expect(f(1)).toBe(1); });\nit('two', () => { expect(f(2)).toBe(2); });\n",
      ],
      [
        "a set of data is added",
        "it.each([[1]])('n %s', (n) => { expect(f(n)).toBe(n); });",
        "it.each([[1], [2]])('n %s', (n) => { expect(f(n)).toBe(n); });",
      ],
      ["a test is added", HEAD + ONE, FILE],
    ]),
    { name: "a test file is deleted", edits: [[PATH, FILE, null]], rules: ["test_file_deleted"] },
    {
      name: "a test file is moved",
      edits: [
        [PATH, FILE, null],
        ["test/cart.test.ts", null, FILE],
      ],
      rules: [],
    },
    {
      name: "a test file is moved to where no runner looks",
      edits: [
        [PATH, FILE, null],
        ["src/cartChecks.ts", null, FILE],
      ],
      rules: ["test_not_collected"],
    },
    {
      name: "a test file is split",
      edits: [
        [PATH, FILE, HEAD + ONE],
        ["src/cart2.test.ts", null, HEAD + TWO],
      ],
      rules: [],
    },
    {
      name: "a test file is moved and loses a test",
      edits: [
        [PATH, FILE, null],
        ["test/cart.test.ts", null, HEAD + ONE],
      ],
      rules: ["test_deleted"],
    },
    {
      name: "a program that is no test is deleted",
      edits: [["src/cart.ts", "export function it() {}\n", null]],
      rules: [],
    },
  ]);
});

describe("tests skipped or focused", () => {
  judgesEach(
    inFile(PATH, [
      ["it.skip", FILE, edited('it("adds"', 'it.skip("adds"'), "test_skipped"],
      ["it['skip']", FILE, edited('it("adds"', 'it["skip"]("adds"'), "test_skipped"],
      ["it.only", FILE, edited('it("adds"', 'it.only("adds"'), "test_focused"],
      ["xit", FILE, edited('it("adds"', 'xit("adds"'), "test_skipped"],
      ["fit", FILE, edited('it("adds"', 'fit("adds"'), "test_focused"],
      ["it.todo in place of a test", FILE, `${HEAD}it.todo("adds");\n${TWO}`, "test_skipped"],
      ["it.fails", FILE, edited('it("adds"', 'it.fails("adds"'), "test_skipped"],
      ["it.skipIf(true)", FILE, edited('it("adds"', 'it.skipIf(true)("adds"'), "test_skipped"],
      ["it.runIf(false)", FILE, edited('it("adds"', 'it.runIf(false)("adds"'), "test_skipped"],
      ["it.skipIf(on a condition)", FILE, edited('it("adds"', 'it.skipIf(isWindows)("adds"'), "test_skipped (warns)"],
      ["it.skipIf(false)", FILE, edited('it("adds"', 'it.skipIf(false)("adds"')],
      ["an option", FILE, edited('it("adds", () =>', 'it("adds", { skip: true }, () =>'), "test_skipped"],
      ["an option that is off", FILE, edited('it("adds", () =>', 'it("adds", { skip: false }, () =>')],
      [
        "describe.skip",
        `describe("g", () => {\n${ONE}});\n`,
        `describe.skip("g", () => {\n${ONE}});\n`,
        "test_skipped",
      ],
      ["xdescribe", `describe("g", () => {\n${ONE}});\n`, `xdescribe("g", () => {\n${ONE}});\n`, "test_skipped"],
      [
        "describe.only.each",
        "describe.each([1])('g', () => {});",
        "describe.only.each([1])('g', () => {});",
        "test_focused",
      ],
      ["skipped under another name", FILE, edited('it("adds"', 'const it2 = it.skip;\nit2("adds"'), "test_skipped"],
      ["taken out of `it`", FILE, edited('it("adds"', 'const { skip } = it;\nskip("adds"'), "test_skipped"],
      ["xit under another name", FILE, edited('it("adds"', 'const later = xit;\nlater("adds"'), "test_skipped"],
      ["t.skip()", "test('a', (t) => { t.ok(f()); });", "test('a', (t) => { t.skip(); t.ok(f()); });", "test_skipped"],
      [
        "a wrapper's skip",
        'scenario("runs", async (world) => { expect(await world.run()).toBe(1); });',
        'scenario.skip("runs", async (world) => { expect(await world.run()).toBe(1); });',
        "test_skipped",
      ],
      ["a return before everything", FILE, edited("  const cart", "  return;\n  const cart"), "test_skipped"],
      ["if (true) return", FILE, edited("  const cart", "  if (true) return;\n  const cart"), "test_skipped"],
      ["a test that was skipped runs again", edited('it("adds"', 'it.skip("adds"'), FILE],
      [
        "a skipped test moves",
        `${HEAD}it.skip("a", () => { expect(f()).toBe(1); });\n${TWO}`,
        `${HEAD}${TWO}it.skip("a", () => { expect(f()).toBe(1); });\n`,
      ],
      [
        "another test is skipped in its place",
        edited('it("adds"', 'it.skip("adds"'),
        edited('it("removes"', 'it.skip("removes"'),
        "test_skipped",
      ],
      ["a title that says it.skip", FILE, edited('"removes"', '"knows it.skip and .only"')],
      ["a comment that says it.skip", FILE, edited("  const cart", "  // it.skip was here, xit too\n  const cart")],
      ["a method called skip", FILE, edited("add(1, 2)", "add(1, 2).skip(1).only()")],
      ["a string that says it", FILE, edited("add(1, 2)", 'add("it.only(1)")')],
      ["a model's fit", FILE, edited("add(1, 2)", "fit(1, 2)")],
    ]),
  );
});

describe("assertions", () => {
  judgesEach(
    inFile(PATH, [
      ["one is removed", FILE, edited("  expect(cart.total).toBe(3);\n", ""), "assertion_removed"],
      ["one is commented out", FILE, edited("  expect(cart.total)", "  // expect(cart.total)"), "assertion_removed"],
      [
        "both are removed",
        FILE,
        edited("  expect(cart.total).toBe(3);\n  expect(cart.items).toEqual([1, 2]);\n", ""),
        "assertion_removed",
        "assertion_removed",
      ],
      [
        "one is made to hold always",
        FILE,
        edited("expect(cart.total).toBe(3)", "expect(true).toBe(true)"),
        "assertion_vacuous",
      ],
      [
        "one compares a value with itself",
        FILE,
        edited("expect(cart.total).toBe(3)", "expect(cart.total).toBe(cart.total)"),
        "assertion_vacuous",
      ],
      [
        "one says `|| true`",
        FILE,
        edited("expect(cart.total).toBe(3)", "expect(cart.total === 3 || true).toBe(true)"),
        "assertion_vacuous",
      ],
      [
        "one says nothing of what is expected",
        FILE,
        edited("expect(cart.total).toBe(3)", "expect(cart.total)"),
        "assertion_vacuous",
      ],
      ["a new one holds always", HEAD, `${HEAD}it("new", () => { expect(1).toBe(1); });`, "assertion_vacuous"],
      [
        "toBeDefined for toEqual",
        FILE,
        edited("expect(cart.items).toEqual([1, 2])", "expect(cart.items).toBeDefined()"),
        "assertion_weakened (warns)",
      ],
      [
        "not.toBe for toBe",
        FILE,
        edited("expect(cart.total).toBe(3)", "expect(cart.total).not.toBe(4)"),
        "assertion_weakened (warns)",
      ],
      [
        "if (false)",
        FILE,
        edited("  expect(cart.total).toBe(3);", "  if (false) expect(cart.total).toBe(3);"),
        "assertion_unreachable",
      ],
      [
        "if (false) { }",
        FILE,
        edited("  expect(cart.total).toBe(3);", "  if (!true) {\n    expect(cart.total).toBe(3);\n  }"),
        "assertion_unreachable",
      ],
      [
        "false &&",
        FILE,
        edited("  expect(cart.total).toBe(3);", "  false && expect(cart.total).toBe(3);"),
        "assertion_unreachable",
      ],
      [
        "a return in between",
        FILE,
        edited("  expect(cart.items)", "  return;\n  expect(cart.items)"),
        "assertion_unreachable",
      ],
      [
        "try and an empty catch",
        FILE,
        edited("  expect(cart.total).toBe(3);", "  try {\n    expect(cart.total).toBe(3);\n  } catch {}"),
        "assertion_swallowed",
      ],
      [
        "try and a catch that logs",
        FILE,
        edited(
          "  expect(cart.total).toBe(3);",
          "  try { expect(cart.total).toBe(3); } catch (error) { console.log(error); }",
        ),
        "assertion_swallowed",
      ],
      [
        "a catch that asserts",
        "it('a', () => { expect(f()).toBe(1); });",
        "it('a', () => { try { f(); expect.fail(); } catch (e) { expect(e.code).toBe(1); } expect(f()).toBe(1); });",
      ],
      [
        "a catch that throws again",
        FILE,
        edited(
          "  expect(cart.total).toBe(3);",
          "  try { expect(cart.total).toBe(3); } catch (error) { throw new Error('x'); }",
        ),
      ],
      [
        "try and finally",
        FILE,
        edited("  expect(cart.total).toBe(3);", "  try { expect(cart.total).toBe(3); } finally { close(); }"),
      ],
      ["the expected value changes", FILE, edited("toBe(3)", "toBe(4)")],
      [
        "a stricter one",
        FILE,
        edited("expect(cart.items).toEqual([1, 2])", "expect(cart.items).toStrictEqual([1, 2])"),
      ],
      [
        "one of the whole for two of its parts",
        FILE,
        edited(
          "expect(cart.total).toBe(3);\n  expect(cart.items).toEqual([1, 2]);",
          "expect(cart).toEqual({ total: 3, items: [1, 2] });",
        ),
      ],
      [
        "two of parts for one of the whole",
        "it('a', () => { expect(f()).toEqual({ a: 1, b: 2 }); });",
        "it('a', () => { expect(f().a).toBe(1); expect(f().b).toBe(2); });",
      ],
      ["one is added", FILE, edited("  expect(cart.items)", "  expect(cart.size).toBe(2);\n  expect(cart.items)")],
      [
        "they go into a function",
        FILE,
        `${HEAD}function looksGood(cart) {\n  expect(cart.total).toBe(3);\n  expect(cart.items).toEqual([1, 2]);\n}\nit("adds", () => {\n  const cart = add(1, 2);\n  looksGood(cart);\n});\n${TWO}`,
      ],
      [
        "a function that asserts is called no more",
        `${HEAD}function good(c) {\n  expect(c).toBe(1);\n}\nit("a", () => {\n  good(f());\n});`,
        `${HEAD}function good(c) {\n  expect(c).toBe(1);\n}\nit("a", () => {\n  f();\n});`,
        "assertion_removed",
      ],
      [
        "a function that asserts asserts less",
        `${HEAD}const good = (c) => {\n  expect(c).toBe(1);\n};\nit("a", () => {\n  good(f());\n});`,
        `${HEAD}const good = (c) => {\n  void c;\n};\nit("a", () => {\n  good(f());\n});`,
        "assertion_removed",
      ],
      ["a variable is renamed", FILE, FILE.replaceAll("cart", "basket")],
      [
        "an assertion's own line is wrapped",
        FILE,
        edited("expect(cart.items).toEqual([1, 2]);", "expect(\n    cart.items,\n  ).toEqual([\n    1,\n    2,\n  ]);"),
      ],
      [
        "chai's is removed",
        "it('a', () => { expect(f()).to.be.true; expect(g()).to.equal(2); });",
        "it('a', () => { expect(g()).to.equal(2); });",
        "assertion_removed",
      ],
      [
        "node's is removed",
        "test('a', () => {\n  assert.equal(f(), 1);\n  assert.ok(g());\n});",
        "test('a', () => {\n  assert.equal(f(), 1);\n});",
        "assertion_removed",
      ],
      [
        "AVA's is removed",
        "test('a', (t) => {\n  t.is(f(), 1);\n  t.deepEqual(g(), []);\n});",
        "test('a', (t) => {\n  t.is(f(), 1);\n});",
        "assertion_removed",
      ],
      [
        "node's holds always",
        "test('a', () => {\n  assert.equal(f(), 1);\n});",
        "test('a', () => {\n  assert(true);\n});",
        "assertion_vacuous",
      ],
      [
        "the module itself is mocked",
        FILE,
        edited(ONE, `vi.mock("./cart.js", () => ({ add: () => 3 }));\n${ONE}`),
        "unit_mocked (warns)",
      ],
      ["another module is mocked", FILE, edited(ONE, `vi.mock("./prices.js", () => ({ of: () => 3 }));\n${ONE}`)],
    ]),
  );
});
