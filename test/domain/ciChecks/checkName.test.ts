import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesName } from "../../../src/domain/ciChecks/checkName.ts";

test.each([
  ["build", "build", true],
  ["build", "Build", false],
  ["build", "build (20)", false],
  ["build (*)", "build (20, ubuntu-latest)", true],
  ["build (*)", "build", false],
  ["ci/*", "ci/test/unit: fast [x]", true],
  ["*", "", true],
  ["*unit*", "ci / unit tests", true],
  ["node ?", "node 20", false],
  ["node ??", "node 20", true],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-b-c-d", false],
  ["build*", "build*", true],
])("%s takes %s: %s", (pattern, name, expected) => {
  expect(matchesName(pattern, name)).toBe(expected);
});

test("as the same thing written as a regular expression", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "/", " ", "(", "."), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "(", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, letters, (glob, name) => {
      const expression = glob
        .replaceAll(/[(/]/g, String.raw`\$&`)
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
      expect(matchesName(glob, name)).toBe(new RegExp(`^${expression}$`, "s").test(name));
    }),
    { numRuns: 1000 },
  );
});

test("a name made to be slow is not", () => {
  expect(matchesName(`${"*a".repeat(90)}b`, "a".repeat(10_000))).toBe(false);
});
