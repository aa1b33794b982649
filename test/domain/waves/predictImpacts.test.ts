import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Impact } from "../../../src/domain/waves/impact.ts";
import { NO_KNOWLEDGE } from "../../../src/domain/waves/impactKnowledge.ts";
import type { ImpactKnowledge } from "../../../src/domain/waves/impactKnowledge.ts";
import { declaredConfidence, predictImpacts } from "../../../src/domain/waves/predictImpacts.ts";
import { anyImpact, impact } from "./wavePhases.ts";

function phase(files: readonly string[], impacts: readonly Impact[] = []) {
  return { files, impacts, category: "feature" };
}

function knowing(more: Partial<ImpactKnowledge>): ImpactKnowledge {
  return { ...NO_KNOWLEDGE, ...more };
}

function predicted(file: string, more: Partial<ImpactKnowledge>): readonly string[] {
  return predictImpacts(phase([file]), knowing(more))
    .filter(({ source }) => source !== "declared")
    .map(({ operation, path, confidence }) => `${operation} ${path} ${confidence}`);
}

describe("what a phase declares", () => {
  test("files are updates, folders everything in them, unless the plan states the operation", () => {
    const stated = impact("./src/new.ts", { operation: "create" });
    expect(predictImpacts(phase(["src/new.ts", "docs/", "a.ts", "./a.ts"], [stated]), NO_KNOWLEDGE)).toEqual([
      impact("src/new.ts", { operation: "create" }),
      impact("docs/**"),
      impact("a.ts"),
    ]);
  });

  test("what an agent said stays as it said it", () => {
    const said = impact("b.ts", { source: "agent", confidence: 0.4 });
    expect(predictImpacts(phase(["a.ts"], [said]), NO_KNOWLEDGE)).toEqual([impact("a.ts"), said]);
  });

  test("is believed at first, and then as far as it came true", () => {
    expect(declaredConfidence()).toBe(1);
    expect(declaredConfidence({ hits: 0, total: 10 })).toBe(0.5);
    expect(declaredConfidence({ hits: 90, total: 90 })).toBe(1);
    const declared = { feature: { hits: 0, total: 10 }, docs: { hits: 9, total: 9 } };
    expect(predictImpacts(phase(["a.ts"]), knowing({ declared }))).toEqual([impact("a.ts", { confidence: 0.5 })]);
  });

  test("nothing gives nothing", () => {
    const changes = [["a.ts", "b.ts"]];
    expect(predictImpacts(phase([]), knowing({ changes, paths: new Set(["a.ts"]) }))).toEqual([]);
  });
});

describe("patterns", () => {
  test.each([
    ["src/greet.ts", "src/greet.test.ts"],
    ["src/greet.ts", "src/__tests__/greet.spec.ts"],
    ["src/web/greet.ts", "test/web/greet.test.ts"],
    ["src/web/greet.ts", "tests/src/web/greet.test.ts"],
    ["app/models/user.rb", "spec/models/user_spec.rb"],
    ["pkg/greet.go", "pkg/greet_test.go"],
    ["app/greet.py", "tests/test_greet.py"],
    ["src/main/java/acme/Greet.java", "src/test/java/acme/GreetTest.java"],
    ["packages/core/src/greet.ts", "packages/core/test/greet.test.ts"],
    ["app/[id]/page.ts", "app/[id]/page.test.ts"],
    ["index.js", "test/index.test.js"],
  ])("%s brings its test %s", (source, its) => {
    expect(predicted(source, { paths: new Set([source, its, "src/other.test.ts"]) })).toEqual([`update ${its} 0.8`]);
  });

  test("a source that goes takes its test along", () => {
    const gone = impact("src/a.ts", { operation: "delete" });
    const paths = new Set(["src/a.ts", "src/a.test.ts"]);
    expect(predictImpacts(phase([], [gone]), knowing({ paths }))).toEqual([
      gone,
      { path: "src/a.test.ts", operation: "delete", source: "pattern", confidence: 0.8 },
    ]);
  });

  test("a new test is guessed as most tests here are named, too unsure to plan by", () => {
    const paths = new Set(["src/a.ts", "test/a.test.ts", "src/b.ts", "test/b.test.ts", "src/c.ts", "src/c.spec.ts"]);
    expect(predicted("src/new.ts", { paths })).toEqual(["create test/new.test.ts 0.5"]);
    expect(predicted("src/new.py", { paths })).toEqual([]);
  });

  test.each([
    ["package.json", "package-lock.json", "0.7"],
    ["packages/core/package.json", "pnpm-lock.yaml", "0.7"],
    ["cmd/go.mod", "cmd/go.sum", "0.7"],
    ["db/migrate/001_users.rb", "db/schema.rb", "0.7"],
    ["migrations/001_users.ts", "fixtures/schema.sql", "0.7"],
    ["test/a.test.ts", "test/__snapshots__/a.test.ts.snap", "0.6"],
  ])("%s brings %s", (source, its, confidence) => {
    expect(predicted(source, { paths: new Set([its, "README.md"]) })).toEqual([`update ${its} ${confidence}`]);
  });

  test("only what is there is predicted", () => {
    for (const file of ["package.json", "migrations/1.sql", "src/a.ts", "test/a.test.ts"]) {
      expect(predicted(file, { paths: new Set(["README.md"]) })).toEqual([]);
    }
  });

  test("reading brings nothing", () => {
    const read = impact("package.json", { operation: "read" });
    expect(predictImpacts(phase([], [read]), knowing({ paths: new Set(["package-lock.json"]) }))).toEqual([read]);
  });
});

describe("history", () => {
  test("what changed along with it at least twice, as often as it did", () => {
    const changes = [["a.ts", "b.ts", "c.ts"], ["a.ts", "b.ts"], ["a.ts"], ["a.ts"], ["b.ts", "c.ts"]];
    expect(predicted("a.ts", { changes })).toEqual(["update b.ts 0.5"]);
  });

  test("the surer of two predictions counts, and what is declared is not predicted", () => {
    const changes = [
      ["a.ts", "a.test.ts"],
      ["a.ts", "a.test.ts"],
    ];
    const paths = new Set(["a.ts", "a.test.ts"]);
    expect(predicted("a.ts", { changes, paths })).toEqual(["update a.test.ts 1"]);
    const both = predictImpacts(phase(["a.ts", "a.test.ts"]), knowing({ changes, paths }));
    expect(both).toEqual([impact("a.ts"), impact("a.test.ts")]);
  });

  test("what follows from a doubtful word is as doubtful", () => {
    const said = impact("a.ts", { source: "agent", confidence: 0.5 });
    const changes = [
      ["a.ts", "b.ts"],
      ["a.ts", "b.ts"],
    ];
    expect(predictImpacts(phase([], [said]), knowing({ changes }))).toMatchObject([
      said,
      { path: "b.ts", confidence: 0.5 },
    ]);
  });
});

test("a path is predicted once, confidences are shares, and predicting again changes nothing", () => {
  const names = ["a.ts", "b.ts", "src/a.ts", "src/a.test.ts", "docs/x.md", "package.json", "package-lock.json"];
  const paths = fc.subarray(names);
  const knowledge = fc.record({
    changes: fc.array(paths, { maxLength: 6 }),
    declared: fc.record({ feature: fc.nat(20).chain((total) => fc.nat(total).map((hits) => ({ hits, total }))) }),
    paths: paths.map((known) => new Set(known)),
  });
  fc.assert(
    fc.property(paths, fc.array(anyImpact, { maxLength: 3 }), knowledge, (files, impacts, known) => {
      const first = predictImpacts(phase(files, impacts), known);
      expect(predictImpacts(phase(files, first), known)).toEqual(first);
      for (const { confidence } of first) expect(confidence >= 0 && confidence <= 1).toBe(true);
      const guesses = first
        .filter(({ source }) => source === "pattern" || source === "history")
        .map(({ path }) => path);
      expect(new Set(guesses).size).toBe(guesses.length);
    }),
  );
});
