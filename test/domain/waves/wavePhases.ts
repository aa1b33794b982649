import * as fc from "fast-check";
import type { Impact } from "../../../src/domain/waves/impact.ts";
import type { WavePhase } from "../../../src/domain/waves/wave.ts";

export function impact(path: string, more: Partial<Impact> = {}): Impact {
  return { path, operation: "update", source: "declared", confidence: 1, ...more };
}

/** Touches a file of its own, depends on nothing. */
export function wavePhase(ordinal: number, more: Partial<WavePhase> = {}): WavePhase {
  return { ordinal, tier: 1, dependsOn: [], impacts: [impact(`src/${ordinal}.ts`)], priority: 2, ...more };
}

export const anyImpact: fc.Arbitrary<Impact> = fc.record({
  path: fc.constantFrom(
    "a.ts",
    "b.ts",
    "src/a.ts",
    "src/b.ts",
    "src/*.ts",
    "src/**",
    "**/*.ts",
    "docs/x.md",
    "docs/**",
    "{a,b}.ts",
  ),
  operation: fc.constantFrom("create", "update", "update", "delete", "read"),
  source: fc.constantFrom("declared", "declared", "pattern", "history", "agent"),
  confidence: fc.constantFrom(1, 1, 1, 0.8, 0.6, 0.5, 0),
});

/** Plans without circles: who is in the way of whom is a matter of luck. Ordinals are shuffled, so that they say nothing. */
export const anyPhases: fc.Arbitrary<readonly WavePhase[]> = fc
  .array(
    fc.record({
      step: fc.constantFrom(0, 0, 0, 0, 1),
      impacts: fc.array(
        fc.oneof(
          anyImpact,
          fc.nat(30).map((file) => impact(`lib/${file}.ts`)),
        ),
        { maxLength: 3 },
      ),
      waitsFor: fc.array(fc.nat(40), { maxLength: 3 }),
      priority: fc.constantFrom(0 as const, 1 as const, 2 as const),
    }),
    { maxLength: 25 },
  )
  .chain((drafts) =>
    fc
      .shuffledSubarray(
        drafts.map((_, index) => index + 1),
        { minLength: drafts.length },
      )
      .map((ordinals) => {
        let tier = 1;
        return drafts.map(({ step, impacts, waitsFor, priority }, index): WavePhase => {
          tier += step;
          // Now and then a phase that is not among them: done long ago.
          const dependsOn = waitsFor.flatMap((other) =>
            other < index ? [ordinals[other] ?? 0] : other > 35 ? [1000 + other] : [],
          );
          return { ordinal: ordinals[index] ?? 0, tier, dependsOn, impacts, priority };
        });
      }),
  );
