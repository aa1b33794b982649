import * as fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { pathRules } from "../../../src/config/pathRules.ts";
import { matches, normalized, toGlob } from "../../../src/domain/waves/glob.ts";
import { globsIntersect } from "../../../src/domain/waves/globsIntersect.ts";

/** The rules that plans and configurations are judged by. Slow to make. */
function pathRule(glob: string): (path: string) => boolean {
  const limits = { maxFileBytes: 1, maxFiles: 1, maxChangedLines: 1 };
  return pathRules({ protected: [], allowed: [glob], generated: [], ...limits }, []).isAllowed;
}

/** The same, made quickly. */
function realMatcher(glob: string): (path: string) => boolean {
  const text = normalized(glob);
  if (text === "") return () => false;
  const isMatch = picomatch(text, { dot: true, windows: false });
  return (file) => file === text || isMatch(file);
}

/** Every path of at most four characters of `a`, `b`, `.` and `/` that a repository can hold. */
const SHORT_PATHS = (() => {
  let texts = [""];
  const all: string[] = [];
  for (let length = 1; length <= 4; length += 1) {
    texts = texts.flatMap((text) => ["a", "b", ".", "/"].map((char) => text + char));
    all.push(...texts);
  }
  return all.filter((path) => path.split("/").every((name) => !["", ".", ".."].includes(name)));
})();

const name = fc.constantFrom("a", "b", "ab", ".a", "a.b", "a-b", "src");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const plainPart = fc.constantFrom(
  "a",
  "b",
  "*",
  "?",
  "a*",
  "*b",
  "**",
  "{a,b}",
  "{a,b}*",
  "{a/b,b}",
  "[ab]",
  ".*",
  "[^a]",
);
const plainGlob = fc.array(plainPart, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const oddPart = fc.oneof(
  plainPart,
  name,
  fc.constantFrom(
    "!(a)",
    "@(a|b)",
    "+(a)",
    "(a)",
    "(a|b)",
    "(a)?",
    "a|b",
    "[a-b]",
    "[!a]",
    "[[:alpha:]]",
    "[a",
    "a]",
    "[a]+",
    "{a,b}+",
    "{a",
    "a}",
    "{a}",
    "{*}",
    "{,a}",
    "{a,**}",
    "{**/a,b}",
    "{a..c}",
    "{a,{b,ab}}",
    '"a"',
    "\\a",
    "\\*",
    "**a",
    "a**",
    "***",
    "$a",
    "a^",
    "!a",
    ".",
  ),
);
const oddGlob = fc
  .tuple(
    fc.constantFrom("", "", "", "./", "!"),
    fc.array(oddPart, { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "/"),
  )
  .map(([start, parts, end]) => start + parts.join("/") + end);
/** Joined without slashes too, and out of single characters. */
const wildGlob = fc.oneof(
  fc.array(oddPart, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
  fc.string({ unit: fc.constantFrom(...'ab/*?[]{},.!()|+@^-\\"'.split("")), minLength: 1, maxLength: 10 }),
);
const anyGlob = fc.oneof(plainGlob, oddGlob, wildGlob, path);

describe("globsIntersect", () => {
  test.each([
    ["src/a.ts", "src/a.ts", true],
    ["src/a.ts", "./src/a.ts", true],
    ["src/a.ts", "src/b.ts", false],
    ["src/a.ts", "src/A.ts", false],
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/a/b.ts", false],
    ["src/**", "src/a/b.ts", true],
    ["src/", "src/a/b.ts", true],
    ["src/", "srcs/a.ts", false],
    ["src/**/*.ts", "src/**/*.css", false],
    ["src/**/*.test.ts", "src/**/greet.*", true],
    ["**/*.md", "docs/**", true],
    ["**/*.md", "docs/*.txt", false],
    ["packages/*/package.json", "packages/core/**", true],
    ["packages/*/package.json", "packages/core/src/**", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["{src,test}/a.ts", "test/*.ts", true],
    ["{src,test}/a.ts", "docs/*.ts", false],
    ["[a-c].ts", "b.ts", true],
    ["[a-c].ts", "d.ts", false],
    ["app/[id]/page.ts", "app/[id]/page.ts", true],
    ["app/[id]/*.ts", "app/[id]/page.ts", true],
    ["app/(shop)/page.ts", "app/(shop)/page.ts", true],
    ["app/(shop)/page.ts", "app/(blog)/page.ts", false],
    ["app/[[...slug]]/page.ts", "app/[[...slug]]/page.ts", true],
    ["app/[[...slug]]/page.ts", "app/about/page.ts", false],
    ["src/@(a|b).ts", "src/a.ts", true],
    ["src/@(a|b).ts", "lib/a.ts", false],
    ["!src/**", "lib/a.ts", true],
    [".github/**", "*/x.yml", true],
  ])("%s and %s: %s", (left, right, expected) => {
    expect(globsIntersect(left, right)).toBe(expected);
    expect(globsIntersect(right, left)).toBe(expected);
  });

  test("never says no to two globs that take one path", () => {
    const shortOrAny = fc.oneof(fc.constantFrom(...SHORT_PATHS), path);
    fc.assert(
      fc.property(anyGlob, anyGlob, shortOrAny, (left, right, file) => {
        fc.pre(realMatcher(left)(file) && realMatcher(right)(file));
        expect(globsIntersect(left, right)).toBe(true);
      }),
      { numRuns: 200, maxSkipsPerRun: 1000 },
    );
  });

  test("the real matcher of these tests is that of the path rules", () => {
    fc.assert(
      fc.property(anyGlob, (glob) => {
        expect(SHORT_PATHS.filter(realMatcher(glob))).toEqual(SHORT_PATHS.filter(pathRule(glob)));
      }),
      { numRuns: 40 },
    );
  });

  test("takes every path that the real matcher takes", () => {
    fc.assert(
      fc.property(anyGlob, (glob) => {
        const isReal = realMatcher(glob);
        const read = toGlob(glob);
        for (const file of SHORT_PATHS) if (isReal(file)) expect([file, matches(read, file)]).toEqual([file, true]);
      }),
      { numRuns: 3000 },
    );
  });

  test("is exact for plain globs: who meet have a path in common", () => {
    const small = fc
      .array(fc.constantFrom("a", "b", "*", "?", "a*", "**", "{a,b}", "[ab]"), { minLength: 1, maxLength: 2 })
      .map((parts) => parts.join("/"))
      // `src/**` takes `src` too; behind a wildcard the matcher does not, and we do.
      .filter((glob) => !/[*?\]}]\/\*\*$/.test(glob));
    fc.assert(
      fc.property(small, small, (left, right) => {
        const [isLeft, isRight] = [realMatcher(left), realMatcher(right)];
        expect(globsIntersect(left, right)).toBe(SHORT_PATHS.some((file) => isLeft(file) && isRight(file)));
      }),
      { numRuns: 2000 },
    );
  });

  test("the order does not matter", () => {
    fc.assert(
      fc.property(anyGlob, anyGlob, (left, right) => {
        expect(globsIntersect(left, right)).toBe(globsIntersect(right, left));
      }),
    );
  });

  test("for paths it is equality", () => {
    fc.assert(fc.property(path, path, (left, right) => globsIntersect(left, right) === (left === right)));
  });
});
