import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";

const FILE = `pub fn add(a: i32, b: i32) -> i32 { a + b }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        let sum = add(1, 2);
        assert_eq!(sum, 3);
        assert!(sum > 0, "positive");
    }

    #[tokio::test]
    async fn removes() {
        assert_eq!(remove(2).await, vec![1]);
    }
}
`;

function edited(from: string, to: string): string {
  if (!FILE.includes(from)) throw new Error(`not in the file: ${from}`);
  return FILE.replace(from, to);
}

describe("tests of Rust", () => {
  judgesEach([
    ...inFile("src/lib.rs", [
      [
        "a test is deleted",
        FILE,
        edited(
          "    #[tokio::test]\n    async fn removes() {\n        assert_eq!(remove(2).await, vec![1]);\n    }\n",
          "",
        ),
        "test_deleted",
      ],
      ["a test's attribute is taken away", FILE, edited("    #[test]\n", ""), "test_deleted"],
      ["all tests are taken away", FILE, FILE.slice(0, FILE.indexOf("#[cfg(test)]")), "test_deleted", "test_deleted"],
      ["a test is renamed", FILE, edited("fn adds", "fn sums")],
      [
        "a case is taken away",
        "#[rstest]\n#[case(1)]\n#[case(2)]\nfn n(#[case] n: i32) { assert_eq!(f(n), n); }\n",
        "#[rstest]\n#[case(1)]\nfn n(#[case] n: i32) { assert_eq!(f(n), n); }\n",
        "test_cases_removed",
      ],
      ["ignore", FILE, edited("    #[test]\n", "    #[test]\n    #[ignore]\n"), "test_skipped"],
      ["ignore with a reason", FILE, edited("    #[test]\n", '    #[test]\n    #[ignore = "later"]\n'), "test_skipped"],
      [
        "ignore on a condition",
        FILE,
        edited("    #[test]\n", "    #[test]\n    #[cfg_attr(miri, ignore)]\n"),
        "test_skipped (warns)",
      ],
      ["a module that is never compiled", FILE, edited("#[cfg(test)]", "#[cfg(any())]\n#[cfg(test)]"), "test_skipped"],
      [
        "a return before everything",
        FILE,
        edited("        let sum", "        return;\n        let sum"),
        "test_skipped",
      ],
      ["an assertion is removed", FILE, edited("        assert_eq!(sum, 3);\n", ""), "assertion_removed"],
      [
        "an assertion is commented out",
        FILE,
        edited("        assert_eq!(sum", "        // assert_eq!(sum"),
        "assertion_removed",
      ],
      ["assert!(true)", FILE, edited("assert_eq!(sum, 3)", "assert!(true)"), "assertion_vacuous"],
      ["compared with itself", FILE, edited("assert_eq!(sum, 3)", "assert_eq!(sum, sum)"), "assertion_vacuous"],
      [
        "is_some for an exact value",
        "#[test]\nfn a() { assert_eq!(f(), Some(1)); }\n",
        "#[test]\nfn a() { assert!(f().is_some()); }\n",
        "assertion_weakened (warns)",
      ],
      [
        "if false",
        FILE,
        edited("        assert_eq!(sum, 3);", "        if false { assert_eq!(sum, 3); }"),
        "assertion_unreachable",
      ],
      ["assert_eq for assert", FILE, edited('assert!(sum > 0, "positive")', "assert_eq!(sum.signum(), 1)")],
      ["the expected value changes", FILE, edited("assert_eq!(sum, 3)", "assert_eq!(sum, 4)")],
      ["a string that says it", FILE, edited("let sum", 'let _ = "#[ignore] #[allow(x)]";\n        let sum')],
      ["allow", FILE, edited("pub fn", "#[allow(dead_code)]\npub fn"), "suppression_added"],
      ["allow for the crate", FILE, `#![allow(warnings)]\n${FILE}`, "suppression_added"],
      ["allow on a condition", FILE, edited("pub fn", "#[cfg_attr(test, allow(unused))]\npub fn"), "suppression_added"],
      ["deny", FILE, edited("pub fn", "#[deny(warnings)]\npub fn")],
      ["derive", FILE, edited("pub fn", "#[derive(Debug)]\nstruct A;\npub fn")],
      ["a comment about allow", FILE, edited("pub fn", "// #[allow(dead_code)] is not for us\npub fn")],
    ]),
    { name: "a file of tests is deleted", edits: [["tests/cart.rs", FILE, null]], rules: ["test_file_deleted"] },
    {
      name: "tests move to another file",
      edits: [
        ["src/lib.rs", FILE, FILE.slice(0, FILE.indexOf("#[cfg(test)]"))],
        ["tests/all.rs", null, FILE.slice(FILE.indexOf("#[cfg(test)]"))],
      ],
      rules: [],
    },
  ]);
});
