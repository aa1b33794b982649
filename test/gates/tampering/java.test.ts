import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";

const PATH = "src/test/java/acme/CartTest.java";
const FILE = `package acme;

class CartTest {
  @Test
  void adds() {
    int sum = Cart.add(1, 2);
    assertEquals(3, sum);
    assertThat(Cart.items()).containsExactly(1, 2);
  }

  @Test
  void removes() {
    Assertions.assertTrue(Cart.remove(2).isEmpty());
  }
}
`;

function edited(from: string, to: string): string {
  if (!FILE.includes(from)) throw new Error(`not in the file: ${from}`);
  return FILE.replace(from, to);
}

describe("tests of Java", () => {
  judgesEach([
    ...inFile(PATH, [
      [
        "a test is deleted",
        FILE,
        edited("  @Test\n  void removes() {\n    Assertions.assertTrue(Cart.remove(2).isEmpty());\n  }\n", ""),
        "test_deleted",
      ],
      ["a test's annotation is taken away", FILE, edited("  @Test\n", ""), "test_deleted"],
      ["a test is renamed", FILE, edited("void adds", "void sums")],
      ["the class is renamed", FILE, edited("class CartTest", "class BasketTest")],
      [
        "a value is taken away",
        "class ATest { @ParameterizedTest @ValueSource(ints = {1, 2}) void n(int n) { assertEquals(n, f(n)); } }",
        "class ATest { @ParameterizedTest @ValueSource(ints = {1}) void n(int n) { assertEquals(n, f(n)); } }",
        "test_cases_removed",
      ],
      ["Disabled", FILE, edited("  @Test\n", "  @Disabled\n  @Test\n"), "test_skipped"],
      ["Ignore with a reason", FILE, edited("  @Test\n", '  @Test @Ignore("later")\n'), "test_skipped"],
      ["Disabled on the class", FILE, edited("class CartTest", "@Disabled\nclass CartTest"), "test_skipped"],
      ["DisabledOnOs", FILE, edited("  @Test\n", "  @DisabledOnOs(OS.WINDOWS)\n  @Test\n"), "test_skipped (warns)"],
      ["enabled = false", FILE, edited("  @Test\n", "  @Test(enabled = false)\n"), "test_skipped"],
      ["assumeTrue(false)", FILE, edited("    int sum", "    assumeTrue(false);\n    int sum"), "test_skipped"],
      [
        "assumeTrue on a condition",
        FILE,
        edited("    int sum", "    assumeTrue(isLinux());\n    int sum"),
        "test_skipped (warns)",
      ],
      ["assumeTrue(true)", FILE, edited("    int sum", "    assumeTrue(true);\n    int sum")],
      ["if (true) return", FILE, edited("    int sum", "    if (true) return;\n    int sum"), "test_skipped"],
      ["an assertion is removed", FILE, edited("    assertEquals(3, sum);\n", ""), "assertion_removed"],
      [
        "an assertion is commented out",
        FILE,
        edited("    assertEquals(3", "    // assertEquals(3"),
        "assertion_removed",
      ],
      ["assertTrue(true)", FILE, edited("assertEquals(3, sum)", "assertTrue(true)"), "assertion_vacuous"],
      ["compared with itself", FILE, edited("assertEquals(3, sum)", "assertEquals(sum, sum)"), "assertion_vacuous"],
      [
        "assertThat and nothing more",
        FILE,
        edited("assertThat(Cart.items()).containsExactly(1, 2)", "assertThat(Cart.items())"),
        "assertion_vacuous",
      ],
      ["assertNotNull", FILE, edited("assertEquals(3, sum)", "assertNotNull(sum)"), "assertion_weakened (warns)"],
      [
        "if (false)",
        FILE,
        edited("    assertEquals(3, sum);", "    if (false) { assertEquals(3, sum); }"),
        "assertion_unreachable",
      ],
      [
        "catch (AssertionError)",
        FILE,
        edited("    assertEquals(3, sum);", "    try { assertEquals(3, sum); } catch (AssertionError e) { }"),
        "assertion_swallowed",
      ],
      [
        "catch (IOException)",
        FILE,
        edited("    assertEquals(3, sum);", "    try { assertEquals(3, sum); } catch (IOException e) { }"),
      ],
      ["AssertJ for JUnit", FILE, edited("assertEquals(3, sum)", "assertThat(sum).isEqualTo(3)")],
      [
        "Mockito's is removed",
        "class ATest { @Test void a() { f(); verify(mock).run(); assertEquals(1, g()); } }",
        "class ATest { @Test void a() { f(); assertEquals(1, g()); } }",
        "assertion_removed",
      ],
      [
        "JUnit 3's is deleted",
        "class A extends TestCase { public void testA() { assertEquals(1, f()); } }",
        "class A extends TestCase { }",
        "test_deleted",
      ],
      [
        "SuppressWarnings",
        FILE,
        edited("class CartTest", '@SuppressWarnings("all")\nclass CartTest'),
        "suppression_added",
      ],
      ["CHECKSTYLE:OFF", FILE, edited("    int sum", "    // CHECKSTYLE:OFF\n    int sum"), "suppression_added"],
      [
        "NOSONAR",
        FILE,
        edited("int sum = Cart.add(1, 2);", "int sum = Cart.add(1, 2); // NOSONAR"),
        "suppression_added",
      ],
      [
        "a text with the words",
        FILE,
        edited("int sum", 'String s = "@Disabled // NOSONAR @SuppressWarnings";\n    int sum'),
      ],
      ["a comment about them", FILE, edited("    int sum", "    // @Disabled tests are debt\n    int sum")],
      ["another annotation", FILE, edited("  @Test\n", '  @Tag("slow")\n  @Test\n')],
    ]),
    { name: "a file is deleted", edits: [[PATH, FILE, null]], rules: ["test_file_deleted"] },
    {
      name: "a file moves to the program's folder",
      edits: [
        [PATH, FILE, null],
        ["src/main/java/acme/CartTest.java", null, FILE],
      ],
      rules: ["test_not_collected"],
    },
    {
      name: "a file moves to another package",
      edits: [
        [PATH, FILE, null],
        ["src/test/java/acme/shop/CartTest.java", null, FILE.replace("acme", "acme.shop")],
      ],
      rules: [],
    },
  ]);
});
