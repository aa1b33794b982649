import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { TouchedPath } from "../../../src/domain/phase.ts";
import { scoreImpacts } from "../../../src/domain/waves/scoreImpacts.ts";
import { anyImpact, impact } from "./wavePhases.ts";

function touched(...paths: readonly string[]): readonly TouchedPath[] {
  return paths.map((path) => ({ path, operation: "update" }));
}

test("hits, misses, and what nobody had foreseen", () => {
  const predicted = [
    impact("src/a.ts", { operation: "create" }),
    impact("docs/*.md"),
    impact("test/**", { source: "pattern", confidence: 0.8 }),
    impact("lib/**", { operation: "read" }),
    impact("README.md", { source: "pattern", confidence: 0.5 }),
  ];
  const score = scoreImpacts(predicted, touched("src/a.ts", "docs/x.md", "lib/b.ts", "README.md"));
  expect(score.predicted).toEqual([
    { impact: predicted[0], hit: true },
    { impact: predicted[1], hit: true },
    { impact: predicted[2], hit: false },
    { impact: predicted[3], hit: null },
    { impact: predicted[4], hit: true },
  ]);
  const seen = { operation: "update", source: "validated", confidence: 1 };
  expect(score.touched).toEqual([
    { impact: { path: "src/a.ts", ...seen }, hit: true },
    { impact: { path: "docs/x.md", ...seen }, hit: true },
    { impact: { path: "lib/b.ts", ...seen }, hit: false },
    { impact: { path: "README.md", ...seen }, hit: true },
  ]);
  // Two of the three that were planned by; two of the four that were touched.
  expect(score).toMatchObject({ precision: 2 / 3, recall: 0.5 });
});

test("a file whose name looks like a glob is taken as it stands", () => {
  expect(scoreImpacts([impact("app/[id]/page.ts")], touched("app/[id]/page.ts"))).toMatchObject({
    precision: 1,
    recall: 1,
  });
  expect(scoreImpacts([impact("app/d/*.ts")], touched("app/[id]/page.ts"))).toMatchObject({ precision: 0, recall: 0 });
});

test("nothing predicted, nothing touched", () => {
  expect(scoreImpacts([], touched("a"))).toMatchObject({ precision: null, recall: 0 });
  expect(scoreImpacts([impact("a")], [])).toMatchObject({ precision: 0, recall: null });
});

test("every prediction and every touched path has its verdict, and shares are shares", () => {
  const paths = fc.subarray(["a.ts", "b.ts", "src/a.ts", "docs/x.md"]).map((some) => touched(...some));
  fc.assert(
    fc.property(fc.array(anyImpact, { maxLength: 6 }), paths, (predicted, seen) => {
      const score = scoreImpacts(predicted, seen);
      expect(score.predicted.map(({ impact: one }) => one)).toEqual(predicted);
      expect(score.touched.map(({ impact: { path } }) => path)).toEqual(seen.map(({ path }) => path));
      for (const { impact: one, hit } of score.predicted) expect(hit === null).toBe(one.operation === "read");
      for (const share of [score.precision ?? 0, score.recall ?? 0]) expect(share >= 0 && share <= 1).toBe(true);
    }),
  );
});
