import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";

const PATH = "cart/cart_test.go";
const FILE = `package cart

import "testing"

func TestAdd(t *testing.T) {
	got := Add(1, 2)
	if got != 3 {
		t.Errorf("got %d", got)
	}
	assert.Equal(t, 3, got)
}

func TestRemove(t *testing.T) {
	t.Run("one", func(t *testing.T) {
		require.Empty(t, Remove(2))
	})
	t.Run("none", func(t *testing.T) {
		require.Len(t, Remove(0), 2)
	})
}
`;

function edited(from: string, to: string): string {
  if (!FILE.includes(from)) throw new Error(`not in the file: ${from}`);
  return FILE.replace(from, to);
}

const TABLE = `package cart

func TestAll(t *testing.T) {
	tests := []struct{ in, want int }{
		{1, 1},
		{2, 4},
	}
	for _, tt := range tests {
		if got := F(tt.in); got != tt.want {
			t.Fatalf("got %d", got)
		}
	}
}
`;

describe("tests of Go", () => {
  judgesEach([
    ...inFile(PATH, [
      [
        "a test is deleted",
        FILE,
        FILE.slice(0, FILE.indexOf("func TestRemove")),
        "test_deleted",
        "test_deleted",
        "test_deleted",
      ],
      [
        "a subtest is deleted",
        FILE,
        edited('\tt.Run("none", func(t *testing.T) {\n\t\trequire.Len(t, Remove(0), 2)\n\t})\n', ""),
        "test_deleted",
      ],
      ["a test is renamed to what is not run", FILE, edited("func TestAdd", "func checkAdd"), "test_deleted"],
      ["a small letter after Test", FILE, edited("func TestAdd", "func Testadd"), "test_deleted"],
      ["a test is renamed", FILE, edited("func TestAdd", "func TestSum")],
      ["a row is taken from a table", TABLE, TABLE.replace("\t\t{2, 4},\n", ""), "test_cases_removed"],
      ["a row is added to a table", TABLE, TABLE.replace("\t\t{2, 4},\n", "\t\t{2, 4},\n\t\t{3, 9},\n")],
      ["a row is changed", TABLE, TABLE.replace("{2, 4}", "{2, 5}")],
      ["t.Skip", FILE, edited("\tgot :=", '\tt.Skip("later")\n\tgot :='), "test_skipped"],
      [
        "t.SkipNow in a subtest",
        FILE,
        edited("\t\trequire.Empty", "\t\tt.SkipNow()\n\t\trequire.Empty"),
        "test_skipped",
      ],
      [
        "t.Skip in short mode",
        FILE,
        edited("\tgot :=", '\tif testing.Short() {\n\t\tt.Skip("slow")\n\t}\n\tgot :='),
        "test_skipped (warns)",
      ],
      ["a return before everything", FILE, edited("\tgot :=", "\treturn\n\tgot :="), "test_skipped"],
      ["a build tag that never holds", FILE, `//go:build ignore\n\n${FILE}`, "test_skipped"],
      ["a build tag for a platform", FILE, `//go:build linux\n\n${FILE}`],
      ["a comment about t.Skip", FILE, edited("\tgot :=", "\t// t.Skip() is not for us\n\tgot :=")],
      ["an assertion is removed", FILE, edited("\tassert.Equal(t, 3, got)\n", ""), "assertion_removed"],
      [
        "a check is removed",
        FILE,
        edited('\tif got != 3 {\n\t\tt.Errorf("got %d", got)\n\t}\n', ""),
        "assertion_removed",
      ],
      ["an error becomes a log", FILE, edited("t.Errorf", "t.Logf"), "assertion_removed"],
      [
        "compared with itself",
        FILE,
        edited("assert.Equal(t, 3, got)", "assert.Equal(t, got, got)"),
        "assertion_vacuous",
      ],
      ["true is true", FILE, edited("assert.Equal(t, 3, got)", "assert.True(t, true)"), "assertion_vacuous"],
      [
        "NotNil for Equal",
        FILE,
        edited("assert.Equal(t, 3, got)", "assert.NotNil(t, got)"),
        "assertion_weakened (warns)",
      ],
      [
        "if false",
        FILE,
        edited("\tassert.Equal(t, 3, got)", "\tif false {\n\t\tassert.Equal(t, 3, got)\n\t}"),
        "assertion_unreachable",
      ],
      ["require for assert", FILE, edited("assert.Equal(t, 3, got)", "require.Equal(t, 3, got)")],
      ["the expected value changes", FILE, edited("assert.Equal(t, 3, got)", "assert.Equal(t, 4, got)")],
      ["a message changes", FILE, edited('"got %d", got', '"Add() = %d", got')],
      [
        "a suite's is removed",
        "package a\nfunc (s *Suite) TestA() {\n\ts.Equal(1, F())\n\ts.Require().NoError(G())\n}\n",
        "package a\nfunc (s *Suite) TestA() {\n\ts.Equal(1, F())\n}\n",
        "assertion_removed",
      ],
      [
        "an error's text is no assertion",
        "package a\nfunc TestA(t *testing.T) {\n\tx := err.Error()\n\tassert.Equal(t, 1, x)\n}\n",
        "package a\nfunc TestA(t *testing.T) {\n\tx := text(err)\n\tassert.Equal(t, 1, x)\n}\n",
      ],
      [
        "Ginkgo's focus",
        'package a\nvar _ = It("a", func() { Expect(F()).To(Equal(1)) })\n',
        'package a\nvar _ = FIt("a", func() { Expect(F()).To(Equal(1)) })\n',
        "test_focused",
      ],
    ]),
    { name: "a file is deleted", edits: [[PATH, FILE, null]], rules: ["test_file_deleted"] },
    {
      name: "a file loses its `_test`",
      edits: [
        [PATH, FILE, null],
        ["cart/cart_checks.go", null, FILE],
      ],
      rules: ["test_file_deleted"],
    },
    {
      name: "a file is renamed",
      edits: [
        [PATH, FILE, null],
        ["cart/basket_test.go", null, FILE],
      ],
      rules: [],
    },
  ]);
});

describe("suppressions in Go", () => {
  const code = 'package a\n\nfunc F() {\n\tos.Remove("x")\n}\n';
  judgesEach(
    inFile("a/a.go", [
      ["nolint", code, code.replace('("x")', '("x") //nolint:errcheck'), "suppression_added"],
      ["nosec", code, code.replace('("x")', '("x") // #nosec G104'), "suppression_added"],
      ["lint:ignore", code, code.replace("\tos", "\t//lint:ignore SA1000 why\n\tos"), "suppression_added"],
      ["a text with the words", code, code.replace('"x"', '"//nolint #nosec"')],
      ["a comment about it", code, code.replace("\tos", "\t// nolint comments are not for us\n\tos")],
    ]),
  );
});
