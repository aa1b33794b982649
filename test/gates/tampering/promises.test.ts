import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";

const THROWS = `it("throws", async () => {
  expect.assertions(2);
  try {
    await run();
  } catch (error) {
    expect(error.code).toBe(1);
    expect(error.message).toBe("no");
  }
});
`;
const LOWER = "assertion_count_lowered";

describe("how many assertions a test says it makes", () => {
  judgesEach([
    ...inFile("src/a.test.js", [
      ["fewer", THROWS, THROWS.replace("assertions(2)", "assertions(1)"), LOWER],
      ["none", THROWS, THROWS.replace("assertions(2)", "assertions(0)"), LOWER],
      ["any", THROWS, THROWS.replace("assertions(2)", "hasAssertions()"), LOWER],
      ["not said any more", THROWS, THROWS.replace("  expect.assertions(2);\n", ""), LOWER],
      ["in a comment", THROWS, THROWS.replace("expect.assertions", "// expect.assertions"), LOWER],
      ["more", THROWS, THROWS.replace("assertions(2)", "assertions(3)")],
      ["it is said now", THROWS.replace("  expect.assertions(2);\n", ""), THROWS],
      ["exactly, instead of any", THROWS.replace("assertions(2)", "hasAssertions()"), THROWS],
      ["a number that is worked out", THROWS, THROWS.replace("assertions(2)", "assertions(cases.length)")],
      [
        "two assertions become one that says as much",
        'it("a", () => {\n  expect.assertions(2);\n  expect(f().a).toBe(1);\n  expect(f().b).toBe(2);\n});\n',
        'it("a", () => {\n  expect.assertions(1);\n  expect(f()).toEqual({ a: 1, b: 2 });\n});\n',
      ],
      [
        "rejects instead of a try",
        THROWS,
        'it("throws", async () => {\n  await expect(run()).rejects.toHaveProperty("code", 1);\n  await expect(run()).rejects.toThrow("no");\n});\n',
        `${LOWER} (warns)`,
      ],
      [
        "t.plan",
        "test('a', (t) => { t.plan(2); t.is(f(), 1); g(() => t.is(h(), 2)); });",
        "test('a', (t) => { t.plan(1); t.is(f(), 1); g(() => t.is(h(), 2)); });",
        LOWER,
      ],
      [
        "QUnit",
        "QUnit.test('a', (assert) => { assert.expect(2); assert.equal(f(), 1); g(() => assert.equal(h(), 2)); });",
        "QUnit.test('a', (assert) => { assert.expect(1); assert.equal(f(), 1); g(() => assert.equal(h(), 2)); });",
        LOWER,
      ],
      ["QUnit's is no assertion", "", "QUnit.test('a', (assert) => { assert.expect(1); assert.equal(f(), 1); });"],
    ]),
    ...inFile("src/plan.js", [["no test", "expect.assertions(2);\n", "expect.assertions(1);\n"]]),
  ]);
});

const PANIC = `#[test]
fn divides() {
    assert_eq!(divide(4, 2), 2);
}
`;

describe("tests of Rust that may panic", () => {
  judgesEach(
    inFile("tests/a.rs", [
      ["should_panic", PANIC, PANIC.replace("fn", "#[should_panic]\nfn"), "test_inverted"],
      ["before the test's own attribute", PANIC, `#[should_panic]\n${PANIC}`, "test_inverted"],
      ["with a text", PANIC, PANIC.replace("fn", '#[should_panic(expected = "by zero")]\nfn'), "test_inverted (warns)"],
      ["taken away", PANIC.replace("fn", "#[should_panic]\nfn"), PANIC],
      [
        "any panic",
        PANIC.replace("fn", '#[should_panic(expected = "by zero")]\nfn'),
        PANIC.replace("fn", "#[should_panic]\nfn"),
        "assertion_weakened (warns)",
      ],
      [
        "another text",
        PANIC.replace("fn", '#[should_panic(expected = "by zero")]\nfn'),
        PANIC.replace("fn", '#[should_panic = "zero"]\nfn'),
      ],
      ["a new test", PANIC, `${PANIC}\n#[test]\n#[should_panic]\nfn by_zero() {\n    divide(1, 0);\n}\n`],
      ["a comment", PANIC, PANIC.replace("fn", "// #[should_panic]\nfn")],
    ]),
  );
});

const CART = `from unittest.mock import patch
from shop.cart import add, Cart
from shop import cart


def test_adds():
    assert add(1, 2) == 3
    assert cart.total() == 3
    assert Cart().count() == 1
`;

function patched(decorator: string): string {
  return CART.replace("def test_adds()", `${decorator}\ndef test_adds(*args)`);
}

describe("mocks of what a test of Python is about", () => {
  judgesEach([
    ...inFile("tests/test_cart.py", [
      ["what the test calls", CART, patched('@patch("shop.cart.add", return_value=3)'), "unit_mocked (warns)"],
      ["by its module", CART, patched('@mock.patch("shop.cart.total")'), "unit_mocked (warns)"],
      ["the module itself", CART, patched('@patch("shop.cart")'), "unit_mocked (warns)"],
      ["patch.object", CART, patched('@patch.object(cart, "total", lambda: 3)'), "unit_mocked (warns)"],
      ["a method", CART, patched('@patch.object(Cart, "count", return_value=1)'), "unit_mocked (warns)"],
      ["a method by text", CART, patched('@patch("shop.cart.Cart.count")'), "unit_mocked (warns)"],
      [
        "monkeypatch",
        CART,
        CART.replace("():\n", '(monkeypatch):\n    monkeypatch.setattr(cart, "total", lambda: 3)\n'),
        "unit_mocked (warns)",
      ],
      [
        "with",
        CART,
        CART.replace(
          "    assert add(1, 2) == 3",
          '    with patch("shop.cart.add") as a:\n        assert add(1, 2) == 3',
        ),
        "unit_mocked (warns)",
      ],
      ["what the module depends on", CART, patched('@patch("shop.cart.send_email")')],
      ["what a dependency has", CART, patched('@patch("shop.cart.requests.get")')],
      ["another module", CART, patched('@patch("shop.prices.add")')],
      ["a method that is not called", CART, patched('@patch.object(Cart, "save")')],
      ["only watched", CART, patched('@patch.object(cart, "total", wraps=cart.total)')],
      ["a dictionary", CART, patched('@patch.dict("os.environ", {})')],
      [
        "it was there",
        patched('@patch("shop.cart.add")'),
        patched('@patch("shop.cart.add")').replace("2) == 3", "2) == 4"),
      ],
    ]),
    ...inFile("tests/test_prices.py", [["a file with another name", CART, patched('@patch("shop.cart.add")')]]),
  ]);
});
