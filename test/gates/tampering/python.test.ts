import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";

const PATH = "tests/test_cart.py";
const FILE = `import pytest


def test_adds():
    cart = add(1, 2)
    assert cart.total == 3
    assert cart.items == [1, 2]


class TestRemoving:
    def test_removes(self):
        assert remove(2) == []
`;

function edited(from: string, to: string): string {
  if (!FILE.includes(from)) throw new Error(`not in the file: ${from}`);
  return FILE.replace(from, to);
}

const UNIT = `class CartCase(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)
        self.assertIn(1, items())
`;

describe("tests of Python", () => {
  judgesEach([
    ...inFile(PATH, [
      ["a test is deleted", FILE, FILE.slice(0, FILE.indexOf("class")), "test_deleted"],
      ["a test is renamed to what is not collected", FILE, edited("def test_adds", "def check_adds"), "test_deleted"],
      [
        "a test becomes a function in a function",
        FILE,
        edited("def test_adds():", "def outer():\n  def test_adds():"),
        "test_deleted",
      ],
      ["a test is renamed", FILE, edited("def test_adds", "def test_sums")],
      ["a class is renamed", FILE, edited("TestRemoving", "TestTaking")],
      [
        "tests become one with a table",
        "def test_a():\n    assert f(1) == 1\n\ndef test_b():\n    assert f(2) == 2\n",
        "@pytest.mark.parametrize('n', [1, 2])\ndef test_n(n):\n    assert f(n) == n\n",
      ],
      [
        "a set of data is taken away",
        "@pytest.mark.parametrize('n', [1, 2])\ndef test_n(n):\n    assert f(n) == n\n",
        "@pytest.mark.parametrize('n', [1])\ndef test_n(n):\n    assert f(n) == n\n",
        "test_cases_removed",
      ],
      ["skip", FILE, edited("def test_adds", "@pytest.mark.skip(reason='later')\ndef test_adds"), "test_skipped"],
      ["skip without a call", FILE, edited("def test_adds", "@pytest.mark.skip\ndef test_adds"), "test_skipped"],
      ["xfail", FILE, edited("def test_adds", "@pytest.mark.xfail\ndef test_adds"), "test_skipped"],
      [
        "skipif(True)",
        FILE,
        edited("def test_adds", "@pytest.mark.skipif(True, reason='x')\ndef test_adds"),
        "test_skipped",
      ],
      [
        "skipif on a condition",
        FILE,
        edited("def test_adds", "@pytest.mark.skipif(sys.platform == 'win32', reason='x')\ndef test_adds"),
        "test_skipped (warns)",
      ],
      [
        "a whole file",
        FILE,
        edited("import pytest\n", "import pytest\npytestmark = pytest.mark.skip\n"),
        "test_skipped",
      ],
      ["unittest.skip", FILE, edited("def test_adds", "@unittest.skip('x')\ndef test_adds"), "test_skipped"],
      ["pytest.skip()", FILE, edited("    cart =", "    pytest.skip('x')\n    cart ="), "test_skipped"],
      [
        "pytest.skip() on a condition",
        FILE,
        edited("    cart =", "    if slow:\n        pytest.skip('x')\n    cart ="),
        "test_skipped (warns)",
      ],
      [
        "__test__ = False",
        FILE,
        edited("    def test_removes", "    __test__ = False\n    def test_removes"),
        "test_skipped",
      ],
      ["a return before everything", FILE, edited("    cart =", "    return\n    cart ="), "test_skipped"],
      ["a docstring that says it", FILE, edited("    cart =", '    """@pytest.mark.skip is not for us"""\n    cart =')],
      ["another mark", FILE, edited("def test_adds", "@pytest.mark.slow\ndef test_adds")],
      ["an assertion is removed", FILE, edited("    assert cart.total == 3\n", ""), "assertion_removed"],
      [
        "an assertion is commented out",
        FILE,
        edited("    assert cart.total", "    # assert cart.total"),
        "assertion_removed",
      ],
      ["assert True", FILE, edited("assert cart.total == 3", "assert True"), "assertion_vacuous"],
      [
        "assert of a pair",
        FILE,
        edited("assert cart.total == 3", "assert (cart.total == 3, 'x')"),
        "assertion_vacuous",
      ],
      ["assert or True", FILE, edited("assert cart.total == 3", "assert cart.total == 3 or True"), "assertion_vacuous"],
      [
        "assert is not None",
        FILE,
        edited("assert cart.total == 3", "assert cart.total is not None"),
        "assertion_weakened (warns)",
      ],
      [
        "if False",
        FILE,
        edited("    assert cart.total == 3", "    if False:\n        assert cart.total == 3"),
        "assertion_unreachable",
      ],
      [
        "except and pass",
        FILE,
        edited(
          "    assert cart.total == 3",
          "    try:\n        assert cart.total == 3\n    except Exception:\n        pass",
        ),
        "assertion_swallowed",
      ],
      [
        "suppress",
        FILE,
        edited(
          "    assert cart.total == 3",
          "    with contextlib.suppress(AssertionError):\n        assert cart.total == 3",
        ),
        "assertion_swallowed",
      ],
      [
        "except of something else",
        FILE,
        edited(
          "    assert cart.total == 3",
          "    try:\n        assert cart.total == 3\n    except ValueError:\n        pass",
        ),
      ],
      ["a message is added", FILE, edited("assert cart.total == 3", "assert cart.total == 3, 'sum'")],
      ["quotes change", "def test_a():\n    assert f('a') == 'b'\n", 'def test_a():\n    assert f("a") == "b"\n'],
      ["wrapped", FILE, edited("assert cart.items == [1, 2]", "assert cart.items == [\n        1,\n        2,\n    ]")],
      ["unittest's is removed", UNIT, UNIT.replace("        self.assertIn(1, items())\n", ""), "assertion_removed"],
      [
        "unittest's holds always",
        UNIT,
        UNIT.replace("self.assertIn(1, items())", "self.assertTrue(True)"),
        "assertion_vacuous",
      ],
      [
        "unittest becomes plain asserts",
        UNIT,
        UNIT.replace("self.assertEqual(add(1, 2), 3)", "assert add(1, 2) == 3").replace(
          "self.assertIn(1, items())",
          "assert 1 in items()",
        ),
      ],
      [
        "raises any",
        "def test_a():\n    with pytest.raises(ValueError):\n        f()\n",
        "def test_a():\n    with pytest.raises(Exception):\n        f()\n",
        "assertion_weakened (warns)",
      ],
    ]),
    {
      name: "a file is renamed to what is not collected",
      edits: [
        [PATH, FILE, null],
        ["tests/cart_checks.py", null, FILE],
      ],
      rules: ["test_not_collected"],
    },
    {
      name: "a file is moved",
      edits: [
        [PATH, FILE, null],
        ["tests/unit/test_cart.py", null, FILE],
      ],
      rules: [],
    },
    { name: "a file is deleted", edits: [[PATH, FILE, null]], rules: ["test_file_deleted"] },
    {
      name: "a function called test_… in a program",
      edits: [["src/net.py", "def test_connection():\n    return ping()\n", "\n"]],
      rules: [],
    },
  ]);
});

describe("suppressions in Python", () => {
  const code = "import os\nvalue = read()\n";
  judgesEach(
    inFile("src/a.py", [
      ["noqa", code, code.replace("os", "os  # noqa: F401"), "suppression_added"],
      ["type: ignore", code, code.replace("read()", "read()  # type: ignore[arg]"), "suppression_added"],
      ["pylint", code, `# pylint: disable=all\n${code}`, "suppression_added"],
      ["no cover", code, code.replace("read()", "read()  # pragma: no cover"), "suppression_added"],
      ["nosec", code, code.replace("read()", "read()  # nosec"), "suppression_added"],
      ["a text with the words", code, code.replace("read()", "read('# noqa  # type: ignore')")],
      ["a docstring with the words", code, `"""\n# noqa\n# pragma: no cover\n"""\n${code}`],
      ["a comment about them", code, `# the linter's noqa and the checker's ignores are not welcome\n${code}`],
    ]),
  );
});
