import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOwners } from "../../src/config/codeOwners.ts";
import { matchesOwnerPattern } from "../../src/config/ownerPattern.ts";

/** Pattern, paths it means, paths it does not. The first ones are the examples of GitHub's documentation. */
const CORPUS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["*", ["a.js", "src/a.js", ".github/x", "a/b/c"], []],
  ["*.js", ["a.js", "src/deep/a.js"], ["a.jsx", "js"]],
  ["*.go", ["main.go", "cmd/x/main.go"], ["main.golang"]],
  [
    "/build/logs/",
    ["build/logs/a.log", "build/logs/deep/a.log"],
    ["build/logs", "x/build/logs/a.log", "build/logsx/a"],
  ],
  ["docs/*", ["docs/getting-started.md"], ["docs/build-app/troubleshooting.md", "x/docs/a.md", "docs"]],
  ["apps/", ["apps/a", "x/apps/y/z"], ["apps", "x/apps", "myapps/a"]],
  ["/docs/", ["docs/a", "docs/a/b"], ["x/docs/a"]],
  ["/scripts/", ["scripts/run.sh"], ["tools/scripts/run.sh"]],
  ["**/logs", ["build/logs/a", "scripts/logs", "deeply/nested/logs/x/y", "logs/a"], ["build/logsx"]],
  ["/apps/github", ["apps/github", "apps/github/a"], ["x/apps/github"]],
  ["/apps/", ["apps/a/b"], ["apps"]],
  ["foo", ["foo", "a/foo", "foo/a", "a/foo/b/c"], ["foobar", "a/xfoo"]],
  ["/foo", ["foo", "foo/a"], ["a/foo"]],
  ["foo/bar", ["foo/bar", "foo/bar/a"], ["x/foo/bar", "foo/barb"]],
  ["/*", ["a.txt"], ["dir/a.txt"]],
  ["/**", ["a", "a/b"], []],
  ["**", ["a", "a/b"], []],
  ["foo/**", ["foo/a", "foo/a/b"], ["foo", "x/foo/a"]],
  ["foo/**/bar", ["foo/bar", "foo/a/bar", "foo/a/b/bar/c"], ["foo/a/barx", "x/foo/bar"]],
  ["**/foo/*", ["foo/a", "x/foo/a"], ["x/foo/a/b"]],
  ["src/*.ts", ["src/a.ts"], ["src/deep/a.ts", "src/a.tsx"]],
  ["src/**/*.ts", ["src/a.ts", "src/deep/deeper/a.ts"], ["a.ts", "src/a.js"]],
  ["a?c", ["abc", "x/abc"], ["ac", "a/c"]],
  ["*a*b*", ["xaxbx", "ab"], ["ba"]],
  ["with space", ["with space"], ["with"]],
  ["README", ["README"], ["readme"]],
  ["/", [], ["a"]],
];

describe.each(CORPUS)("%s", (pattern, meant, others) => {
  test("means what GitHub says it does", () => {
    expect(meant.filter((path) => !matchesOwnerPattern(pattern, path))).toEqual([]);
    expect(others.filter((path) => matchesOwnerPattern(pattern, path))).toEqual([]);
  });
});

test("no pattern takes long, whatever the path", () => {
  const parts = fc.array(fc.constantFrom("**", "*", "a*a*", "a", ""), { maxLength: 40 });
  const names = fc.array(fc.constantFrom("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "b"), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(parts, names, (pattern, path) => {
      expect(typeof matchesOwnerPattern(pattern.join("/"), path.join("/"))).toBe("boolean");
    }),
  );
});

describe("a file", () => {
  const FILE = [
    "# Who looks after what",
    "*                 @acme/everyone # the rest",
    "/src/             @alice  bob@example.com",
    "*.md              @writer",
    "/src/generated/",
    String.raw`/a\ b/            @spacey`,
    "!/src/secret      @nobody",
    "[ab].js           @nobody",
    "/src/broken.ts    nobody at all",
    "",
  ].join("\r\n");

  test("the last rule that means a path counts alone, also one that names nobody", () => {
    const owned = codeOwners(FILE, ["src/a.ts", "src/b.ts", "src/README.md", "src/generated/x.ts", "LICENSE", "a b/c"]);
    expect(owned).toEqual([
      { owner: "@alice", paths: ["src/a.ts", "src/b.ts"] },
      { owner: "bob@example.com", paths: ["src/a.ts", "src/b.ts"] },
      { owner: "@acme/everyone", paths: ["LICENSE"] },
      { owner: "@spacey", paths: ["a b/c"] },
      { owner: "@writer", paths: ["src/README.md"] },
    ]);
  });

  test("lines that GitHub would not take are passed over", () => {
    expect(codeOwners(FILE, ["src/broken.ts", "a.js"]).map(({ owner }) => owner)).toEqual([
      "@acme/everyone",
      "@alice",
      "bob@example.com",
    ]);
  });

  test("shows at most ten paths an owner", () => {
    const paths = Array.from({ length: 20 }, (_, index) => `f${index}`);
    expect(codeOwners("* @alice", paths)[0]?.paths).toHaveLength(10);
  });

  test("takes any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.string()), (text, paths) => {
        for (const { owner } of codeOwners(text, paths)) expect(owner).toMatch(/@/);
      }),
    );
  });
});
