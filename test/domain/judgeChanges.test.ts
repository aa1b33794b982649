import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../../src/domain/change.ts";
import { isRetryable, judgeChanges, pathProblem } from "../../src/domain/judgeChanges.ts";
import type { PathRules, Violation } from "../../src/domain/judgeChanges.ts";

const RULES: PathRules = {
  isProtected: (path) => path.startsWith(".github/"),
  isAllowed: (path) => !path.startsWith("secret/"),
  isGenerated: (path) => path.startsWith("generated/"),
  maxFileBytes: 1000,
  maxFiles: 3,
  maxChangedLines: 100,
};

function change(path: string, rest: Partial<Change> = {}): Change {
  return {
    path,
    status: "added",
    kind: "file",
    sizeBytes: 10,
    binary: false,
    linkTarget: null,
    linesAdded: 1,
    linesDeleted: 0,
    ...rest,
  };
}

function kinds(changes: readonly Change[], tampered: readonly string[] = []): readonly Violation["kind"][] {
  return judgeChanges({ changes, tampered }, RULES).map(({ kind }) => kind);
}

test("ordinary work passes", () => {
  expect(kinds([change("src/a.ts"), change("a b/ü (1).md"), change("x/.gitignore", { status: "modified" })])).toEqual(
    [],
  );
  expect(kinds([])).toEqual([]);
});

test.each([
  "/etc/passwd",
  "C:/x",
  "c:x",
  "../x",
  "a/../../x",
  "a/..",
  "a//b",
  "a/",
  "./a",
  "a/./b",
  "",
  "a\\b",
  "a\nb",
  "a\0b",
  "a\u001bb",
  "a\u007f",
  "a\uFFFDb",
])("path %j escapes", (path) => {
  expect(kinds([change(path)])).toEqual(["path_escape"]);
});

test.each([
  ".git/config",
  ".git",
  "a/.git/hooks/x",
  ".GIT/config",
  ".Git",
  ".git /x",
  ".git./x",
  ".git . ./x",
  "git~1/x",
  "GIT~12",
  ".git::$INDEX_ALLOCATION/x",
  ".g\u200cit/x",
  "\uFEFF.git",
  ".gi\u2060t",
  ".ｇit/x",
  "a/.git\u00AD",
])("path %j is a .git folder to some system", (path) => {
  expect(kinds([change(path)])).toEqual(["git_folder"]);
});

test.each([
  ".gitignore",
  ".gitattributes",
  "git",
  "a.git",
  ".github2/x",
  "my.git/x",
  "git~x",
  ".git-blame-ignore-revs",
])("path %j is none", (path) => {
  expect(pathProblem(path)).toBeNull();
});

test.each([
  ["/etc/passwd", false],
  ["C:\\x", false],
  ["..", true],
  ["../..", true],
  ["../../..", false],
  ["../../../etc/passwd", false],
  ["../other/file", true],
  ["sub/file", true],
  ["./x", true],
  ["sub/../file", false],
  ["../sub/../../..", false],
  ["../../.git/config", false],
  ["../.GIT/hooks", false],
  ["..\\..\\x", false],
  ["", false],
])("from a/b/link, a symlink to %j is fine: %s", (linkTarget, fine) => {
  expect(kinds([change("a/b/link", { kind: "symlink", linkTarget })])).toEqual(fine ? [] : ["symlink_escape"]);
});

test("a symlink that passes never leaves the repository", () => {
  const step = fc.constantFrom("..", ".", "a", "b", "", ".git");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.integer({ min: 0, max: 3 }), (steps, depth) => {
      const linkTarget = steps.join("/");
      const path = [...Array.from({ length: depth }, (_, n) => `d${n}`), "link"].join("/");
      if (kinds([change(path, { kind: "symlink", linkTarget })]).length > 0) return;
      let level = depth;
      for (const name of linkTarget.split("/")) {
        if (name === "..") level -= 1;
        else if (name !== "." && name !== "") level += 1;
        expect(level).toBeGreaterThanOrEqual(0);
      }
      expect(linkTarget.startsWith("/")).toBe(false);
      expect(linkTarget.split("/")).not.toContain(".git");
    }),
  );
});

test("each kind of thing that may not land", () => {
  expect(kinds([change("a", { kind: "other" })])).toEqual(["special_file"]);
  expect(kinds([change("a", { kind: "submodule" })])).toEqual(["submodule"]);
  expect(kinds([change("a", { kind: "submodule", status: "deleted" })])).toEqual(["submodule"]);
  expect(kinds([change("a", { binary: true })])).toEqual(["binary"]);
  expect(kinds([change("a", { sizeBytes: 1001 })])).toEqual(["file_too_large"]);
  expect(kinds([change("a", { linesAdded: 60, linesDeleted: 41 })])).toEqual(["too_many_lines"]);
  expect(kinds(["a", "b", "c", "d"].map((path) => change(path)))).toEqual(["too_many_files"]);
  expect(kinds([change("secret/a")])).toEqual(["outside_allowed"]);
  expect(kinds([change(".github/workflows/ci.yml", { status: "deleted" })])).toEqual(["protected_path"]);
  expect(kinds([], [".git/config", ".git/hooks/x"])).toEqual(["git_tampering", "git_tampering"]);
});

test("generated files are exempt from size, number and binary, up to what GitHub takes", () => {
  const generated = ["1", "2", "3", "4"].map((name) =>
    change(`generated/${name}`, { binary: true, sizeBytes: 5000, linesAdded: 1000 }),
  );
  expect(kinds(generated)).toEqual([]);
  expect(kinds([change("generated/x", { sizeBytes: 100 * 1024 * 1024 + 1 })])).toEqual(["file_too_large"]);
  expect(kinds([change("generated/../x")])).toEqual(["path_escape"]);
});

test("bad things may be deleted", () => {
  const gone = { status: "deleted", sizeBytes: 0, binary: true } as const;
  expect(kinds([change("a\nb", gone), change("logo.png", gone), change("link", { ...gone, kind: "symlink" })])).toEqual(
    [],
  );
});

test("messages say what and why, and quote hostile names harmlessly", () => {
  const [size, name] = judgeChanges(
    { changes: [change("big.txt", { sizeBytes: 2000 }), change("x`\n@team\u200b")], tampered: [] },
    RULES,
  );
  expect(size?.message).toBe("`big.txt` has 2000 bytes; at most 1000 are allowed here.");
  expect(name?.message).toBe("`x\uFFFD\uFFFD@team\uFFFD` holds a control character.");
  expect(name?.path).toBe("x`\n@team\u200b");
});

test("what reaches outside, is protected or tampers is for a person; the rest can be mended", () => {
  const violations = judgeChanges(
    {
      changes: [
        change("../x"),
        change(".git/x"),
        change("l", { linkTarget: "/" }),
        change(".github/x"),
        change("b", { binary: true }),
        change("secret/x"),
      ],
      tampered: [".git/config"],
    },
    RULES,
  );
  expect(violations.filter(isRetryable).map(({ kind }) => kind)).toEqual([
    "binary",
    "outside_allowed",
    "too_many_files",
  ]);
});
