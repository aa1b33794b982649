import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TouchedPath } from "../../../src/domain/phase.ts";
import { CATEGORIES } from "../../../src/domain/strategy/categories.ts";
import { categoryByEvidence } from "../../../src/domain/strategy/categoryByEvidence.ts";
import { compileStrategy } from "../../../src/domain/strategy/compileStrategy.ts";
import { categoryRules } from "../../../src/domain/strategy/resolveCategory.ts";
import { isAsStrict, isStricter } from "../../../src/domain/strategy/strictness.ts";
import { anyInput, input } from "./strategyInput.ts";

const strategy = compileStrategy(input());

function touched(...paths: readonly string[]): readonly TouchedPath[] {
  return paths.map((path) => ({ path, operation: "update" }));
}

function raisedTo(asked: string, ...paths: readonly string[]): string | null {
  return categoryByEvidence(touched(...paths), asked, strategy)?.category ?? null;
}

test("documents that edit a migration are a change of schema, and say why", () => {
  expect(categoryByEvidence(touched("README.md", "db/migrations/7_users.js"), "docs", strategy)).toEqual({
    category: "schema_contract_change",
    because: "touches db/migrations/7_users.js",
  });
});

describe("what raises", () => {
  test.each([
    ["db/structure.sql", "schema_contract_change"],
    ["api/v1/greet.proto", "schema_contract_change"],
    ["prisma/schema.prisma", "schema_contract_change"],
    ["docs/openapi.v2.yaml", "schema_contract_change"],
    ["schema.graphql", "schema_contract_change"],
    ["src/auth/guard.ts", "security_auth_change"],
    ["src/userSession.ts", "security_auth_change"],
    ["lib/OAuth2/client.rb", "security_auth_change"],
    ["src/crypto.c", "security_auth_change"],
    ["app/permissions.py", "security_auth_change"],
    ["vendor/lodash/index.js", "external_code_intake"],
    ["third_party/zlib/inflate.c", "external_code_intake"],
    [".gitmodules", "external_code_intake"],
    ["src/index.ts", "index_registry_change"],
    ["app/routes.rb", "index_registry_change"],
    ["src/jobs/registry.ts", "index_registry_change"],
    ["src/HandlerRegistry.java", "index_registry_change"],
    ["pkg/__init__.py", "index_registry_change"],
    ["src/greet.ts", "feature_scaffolding"],
  ])("%s raises docs to %s", (path, category) => {
    expect(raisedTo("docs", path)).toBe(category);
  });

  test("a manifest with its lockfile is a new dependency; alone it is not", () => {
    expect(raisedTo("feature_scaffolding", "package.json", "package-lock.json")).toBe("external_feature_reuse");
    expect(raisedTo("feature_scaffolding", "go.mod", "go.sum")).toBe("external_feature_reuse");
    expect(raisedTo("feature_scaffolding", "requirements-dev.txt")).toBe("external_feature_reuse");
    expect(raisedTo("feature_scaffolding", "package.json")).toBeNull();
  });

  test("more than 20 files are a bulk operation, whatever they are", () => {
    const files = Array.from({ length: 21 }, (_, index) => `docs/${index}.md`);
    expect(raisedTo("docs", ...files.slice(1))).toBeNull();
    expect(raisedTo("docs", ...files)).toBe("bulk_multi_file_operation");
  });

  test("the gravest counts", () => {
    expect(raisedTo("docs", "src/index.ts", "migrations/1.sql", "src/login.ts")).toBe("security_auth_change");
  });

  test("a category that nobody knows is raised to one with a review of its own", () => {
    expect(raisedTo("general", "migrations/1.sql")).toBe("schema_contract_change");
    expect(raisedTo("general", "src/greet.ts")).toBeNull();
  });
});

describe("what does not", () => {
  test.each([
    ["docs", "docs/auth/login.md"],
    ["docs", "LICENSE"],
    ["docs", "docs/images/session.png"],
    ["tests", "test/login.test.ts"],
    ["tests", "tests/test_session.py"],
    ["tests", "spec/fixtures/data.json"],
    ["feature_scaffolding", "src/author.ts"],
    ["feature_scaffolding", "src/tokenizer.ts"],
    ["feature_scaffolding", "src/index.css"],
    ["feature_scaffolding", "src/greet.ts"],
  ])("%s that touches %s", (asked, path) => {
    expect(raisedTo(asked, path)).toBeNull();
  });

  test("a new index lists what is new", () => {
    expect(categoryByEvidence([{ path: "src/a/index.ts", operation: "create" }], "docs", strategy)?.category).toBe(
      "feature_scaffolding",
    );
  });

  test("one special review is not exchanged for another", () => {
    expect(raisedTo("schema_contract_change", "src/auth.ts")).toBeNull();
    expect(raisedTo("bulk_operation", "src/auth.ts", "migrations/1.sql")).toBeNull();
  });

  test("a category that the configuration has made weaker than what was asked for", () => {
    const weak = compileStrategy(input({ categories: { schema_contract_change: { ciProfile: "normal" } } }));
    expect(categoryByEvidence(touched("migrations/1.sql"), "general", weak)).toBeNull();
    expect(categoryByEvidence(touched("migrations/1.sql"), "docs", weak)?.category).toBe("schema_contract_change");
  });
});

const names = [...Object.keys(CATEGORIES), "general", "own", "schema_change", "constructor"];
const paths = fc.constantFrom(
  "README.md",
  "migrations/1.sql",
  "src/auth.ts",
  "vendor/a.c",
  "src/index.ts",
  "package.json",
  "yarn.lock",
  "a b\u0000\n.ts",
);
const changes = fc.array(
  fc.record({ path: paths, operation: fc.constantFrom("create" as const, "update" as const, "delete" as const) }),
  { maxLength: 25 },
);

test("evidence never lowers, and what is raised stays", () => {
  fc.assert(
    fc.property(anyInput, fc.constantFrom(...names), changes, (any, asked, change) => {
      const compiled = compileStrategy(any);
      const raise = categoryByEvidence(change, asked, compiled);
      if (raise === null) return;
      expect(isStricter(categoryRules(compiled, raise.category), categoryRules(compiled, asked))).toBe(true);
      const again = categoryByEvidence(change, raise.category, compiled);
      if (again === null) return;
      expect(isAsStrict(categoryRules(compiled, again.category), categoryRules(compiled, raise.category))).toBe(true);
    }),
  );
});

test("more evidence never makes less of it", () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), changes, changes, (asked, first, more) => {
      const some = categoryByEvidence(first, asked, strategy)?.category ?? asked;
      const all = categoryByEvidence([...first, ...more], asked, strategy)?.category ?? asked;
      expect(isAsStrict(categoryRules(strategy, all), categoryRules(strategy, some))).toBe(true);
    }),
  );
});
