import { expect, test } from "vitest";
import { PROTECTED_ALWAYS, PROTECTED_UNLESS_PLANNED, pathRules } from "../../src/config/pathRules.ts";
import type { PathSettings } from "../../src/domain/settings.ts";

const SETTINGS: PathSettings = {
  protected: ["migrations/**", "deploy/"],
  allowed: null,
  generated: ["**/*.snap", "dist/"],
  maxFileBytes: 1,
  maxFiles: 2,
  maxChangedLines: 3,
};

test.each([
  ".github/workflows/ci.yml",
  ".GitHub/workflows/ci.yml",
  ".github/CODEOWNERS",
  "CODEOWNERS",
  "docs/CODEOWNERS",
  "AGENTS.md",
  "agents.md",
  "packages/a/CLAUDE.md",
  "GEMINI.md",
  ".claude/settings.json",
  "sub/.claude/agents/x.md",
  ".cursor/rules/x",
  ".mcp.json",
  ".gitmodules",
  ".husky/pre-commit",
  ".githooks/x",
  "package.json",
  "packages/a/package.json",
  "package-lock.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "go.mod",
  "go.sum",
  "Cargo.toml",
  "Cargo.lock",
  "pyproject.toml",
  "requirements.txt",
  "requirements-dev.txt",
  "Gemfile",
  "Gemfile.lock",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "migrations/1.ts",
  "deploy/x/y",
])("%s is protected", (path) => {
  expect(pathRules(SETTINGS, []).isProtected(path)).toBe(true);
});

test.each([
  "src/index.ts",
  ".gitignore",
  "docs/github/x.md",
  "src/agents.ts",
  "src/package.json.ts",
  "lib/requirements.ts",
  "README.md",
  "a\nb",
])("%s is not protected", (path) => {
  expect(pathRules(SETTINGS, []).isProtected(path)).toBe(false);
});

test("a plan lifts the protection of the manifests it names, and of nothing else", () => {
  const rules = pathRules(SETTINGS, [
    "./package.json",
    "packages/*/package.json",
    "vendor/",
    ".github/**",
    "CLAUDE.md",
    "migrations/1.ts",
    "app/[id]/go.mod",
  ]);
  expect(rules.isProtected("package.json")).toBe(false);
  expect(rules.isProtected("packages/a/package.json")).toBe(false);
  expect(rules.isProtected("vendor/x/go.sum")).toBe(false);
  expect(rules.isProtected("app/[id]/go.mod")).toBe(false);
  expect(rules.isProtected("package-lock.json")).toBe(true);
  expect(rules.isProtected("other/package.json")).toBe(true);
  expect(rules.isProtected(".github/workflows/x.yml")).toBe(true);
  expect(rules.isProtected("CLAUDE.md")).toBe(true);
  expect(rules.isProtected("migrations/1.ts")).toBe(true);
});

test("a manifest the repository itself protects stays so whatever the plan names", () => {
  const rules = pathRules({ ...SETTINGS, protected: ["package.json"] }, ["package.json"]);
  expect(rules.isProtected("package.json")).toBe(true);
});

test("without an allowed list everything is; with one, nothing else", () => {
  expect(pathRules(SETTINGS, []).isAllowed("anything/.at.all")).toBe(true);
  const rules = pathRules({ ...SETTINGS, allowed: ["src/**", "docs/*.md"] }, []);
  expect([
    rules.isAllowed("src/.hidden/x"),
    rules.isAllowed("docs/a.md"),
    rules.isAllowed("docs/a/b.md"),
    rules.isAllowed("srcx/a"),
  ]).toEqual([true, true, false, false]);
  expect(pathRules({ ...SETTINGS, allowed: [] }, []).isAllowed("x")).toBe(false);
});

test("generated files, and the limits as they are", () => {
  const rules = pathRules(SETTINGS, []);
  expect([
    rules.isGenerated("a/__snapshots__/b.snap"),
    rules.isGenerated("dist/x/y"),
    rules.isGenerated("src/x"),
  ]).toEqual([true, true, false]);
  expect(rules).toMatchObject({ maxFileBytes: 1, maxFiles: 2, maxChangedLines: 3 });
});

test("the built-in lists repeat nothing", () => {
  const all = [...PROTECTED_ALWAYS, ...PROTECTED_UNLESS_PLANNED];
  expect(new Set(all).size).toBe(all.length);
});
