import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conflict } from "../../../src/domain/waves/conflict.ts";
import { byStanding, standingsOf } from "../../../src/domain/waves/byStanding.ts";
import { dependenciesOf } from "../../../src/domain/waves/dependencies.ts";
import { planWaves } from "../../../src/domain/waves/planWaves.ts";
import type { WavePhase } from "../../../src/domain/waves/wave.ts";
import { anyPhases, impact, wavePhase } from "./wavePhases.ts";

const maxParallel = fc.integer({ min: 1, max: 5 });

function startOrder(candidates: readonly number[], phases: readonly WavePhase[]): readonly number[] {
  return byStanding(candidates, standingsOf(dependenciesOf(phases)));
}

function ordinalsOf(phases: readonly WavePhase[], parallel = 3): readonly (readonly number[])[] {
  return planWaves(phases, parallel).map((wave) => wave.phases.toSorted((left, right) => left - right));
}

describe("planWaves", () => {
  test("phases that share nothing are built side by side, as many as may", () => {
    expect(ordinalsOf([1, 2, 3, 4].map((ordinal) => wavePhase(ordinal)))).toEqual([[1, 2, 3], [4]]);
  });

  test("a later phase fills the room beside one in conflict", () => {
    const shared = { impacts: [impact("README.md")] };
    expect(ordinalsOf([wavePhase(1, shared), wavePhase(2, shared), wavePhase(3)])).toEqual([[1, 3], [2]]);
  });

  test("a layer fills the room that the one before it left, behind all it waits for", () => {
    const phases = [wavePhase(1), wavePhase(2), wavePhase(3), wavePhase(4), wavePhase(5, { dependsOn: [1] })];
    expect(ordinalsOf(phases)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  test("tiers never share a wave", () => {
    expect(planWaves([wavePhase(1, { tier: 2 }), wavePhase(2)], 3)).toEqual([
      { tier: 1, phases: [2] },
      { tier: 2, phases: [1] },
    ]);
  });

  test("an undeclared phase is alone, and its neighbours stay together", () => {
    expect(ordinalsOf([wavePhase(1), wavePhase(2, { impacts: [] }), wavePhase(3)])).toEqual([[1, 3], [2]]);
  });

  test("nothing to plan is no wave", () => {
    expect(planWaves([], 3)).toEqual([]);
  });

  test("a circle is shown, not followed", () => {
    const phases = [
      wavePhase(1, { dependsOn: [2] }),
      wavePhase(2, { dependsOn: [3] }),
      wavePhase(3, { dependsOn: [2] }),
    ];
    expect(() => planWaves(phases, 3)).toThrow("phases wait for each other: 2 → 3 → 2");
    expect(() => planWaves([wavePhase(1, { dependsOn: [1] })], 3)).toThrow("1 → 1");
  });

  test("waiting for a later tier is refused", () => {
    const phases = [wavePhase(1, { dependsOn: [2] }), wavePhase(2, { tier: 2 })];
    expect(() => planWaves(phases, 3)).toThrow("phase 1 waits for phase 2 of a later tier");
  });

  test("every phase once, in its tier; nobody beside who is in conflict; everybody behind what they wait for", () => {
    fc.assert(
      fc.property(anyPhases, maxParallel, (phases, parallel) => {
        const waves = planWaves(phases, parallel);
        const planned = waves.flatMap((wave) => wave.phases);
        expect(planned.toSorted((a, b) => a - b)).toEqual(
          phases.map(({ ordinal }) => ordinal).toSorted((a, b) => a - b),
        );
        expect(waves.map(({ tier }) => tier)).toEqual(waves.map(({ tier }) => tier).toSorted((a, b) => a - b));

        const byOrdinal = new Map(phases.map((phase) => [phase.ordinal, phase]));
        const waveOf = new Map(waves.flatMap((wave, at) => wave.phases.map((ordinal) => [ordinal, at])));
        for (const [at, wave] of waves.entries()) {
          expect(wave.phases.length).toBeLessThanOrEqual(parallel);
          const members = wave.phases.map((ordinal) => byOrdinal.get(ordinal) ?? wavePhase(0));
          for (const [index, one] of members.entries()) {
            expect(one.tier).toBe(wave.tier);
            for (const other of one.dependsOn) expect(waveOf.get(other) ?? -1).toBeLessThan(at);
            for (const other of members.slice(index + 1)) expect(conflict(one.impacts, other.impacts)).toBeNull();
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the same phases give the same waves, in whatever order they come", () => {
    const shuffled = anyPhases.chain((phases) =>
      fc.tuple(fc.constant(phases), fc.shuffledSubarray([...phases], { minLength: phases.length })),
    );
    fc.assert(
      fc.property(shuffled, maxParallel, ([phases, others], parallel) => {
        expect(planWaves(others, parallel)).toEqual(planWaves(phases, parallel));
      }),
    );
  });

  test("no phase could have been in an earlier wave", () => {
    fc.assert(
      fc.property(anyPhases, maxParallel, (phases, parallel) => {
        const waves = planWaves(phases, parallel);
        const byOrdinal = new Map(phases.map((phase) => [phase.ordinal, phase]));
        for (const [at, wave] of waves.entries()) {
          for (const phase of wave.phases.map((ordinal) => byOrdinal.get(ordinal) ?? wavePhase(0))) {
            for (const earlier of waves.slice(0, at).filter(({ tier }) => tier === wave.tier)) {
              const from = waves.indexOf(earlier);
              const waits = waves
                .slice(from)
                .some((later) => later.phases.some((one) => phase.dependsOn.includes(one)));
              const full = earlier.phases.length >= parallel;
              const inTheWay = earlier.phases.some(
                (one) => conflict(byOrdinal.get(one)?.impacts ?? [], phase.impacts) !== null,
              );
              expect(waits || full || inTheWay).toBe(true);
            }
          }
        }
      }),
    );
  });

  test("the phases of a wave stand in the order in which to start them", () => {
    fc.assert(
      fc.property(anyPhases, maxParallel, (phases, parallel) => {
        for (const wave of planWaves(phases, parallel)) expect(wave.phases).toEqual(startOrder(wave.phases, phases));
      }),
    );
  });

  test("thousands in conflict with each other are planned too, and rightly", () => {
    const globs = Array.from({ length: 600 }, (_, index) =>
      wavePhase(index + 1, { impacts: [impact(`src/**/x${index}_*`), impact(`**/y${index}*.ts`)] }),
    );
    const waves = planWaves(globs, 3);
    expect(waves.flatMap((wave) => wave.phases)).toHaveLength(600);
    for (const wave of waves) {
      const [first, ...rest] = wave.phases.map((ordinal) => globs[ordinal - 1]?.impacts ?? []);
      for (const other of rest) expect(conflict(first ?? [], other)).toBeNull();
    }
  });
});

describe("byStanding", () => {
  test("who unblocks the most first; then who has the longest chain behind, the most urgent, the first", () => {
    const phases = [
      wavePhase(1),
      wavePhase(2),
      wavePhase(3, { priority: 0 }),
      wavePhase(4, { priority: 1 }),
      wavePhase(5),
      wavePhase(6),
      wavePhase(7, { dependsOn: [5] }),
      wavePhase(8, { dependsOn: [5] }),
      wavePhase(9, { dependsOn: [6] }),
      wavePhase(10, { dependsOn: [9] }),
    ];
    expect(startOrder([1, 2, 3, 4, 5, 6], phases)).toEqual([6, 5, 3, 4, 1, 2]);
  });

  test("counts who waits through others once, tiers behind included", () => {
    const phases = [
      wavePhase(1),
      wavePhase(2),
      wavePhase(3, { dependsOn: [2] }),
      wavePhase(4, { dependsOn: [2] }),
      wavePhase(5, { dependsOn: [3, 4], tier: 2 }),
      ...[6, 7].map((ordinal) => wavePhase(ordinal, { dependsOn: [1] })),
    ];
    expect(startOrder([1, 2], phases)).toEqual([2, 1]);
  });

  test("a candidate nobody knows comes last", () => {
    expect(startOrder([9, 1], [wavePhase(1, { priority: 1 })])).toEqual([1, 9]);
  });

  test("long chains are counted to their end", () => {
    const chain = Array.from({ length: 3000 }, (_, index) =>
      wavePhase(index + 2, { dependsOn: index === 0 ? [] : [index + 1] }),
    );
    expect(startOrder([1, 2, 1500], [wavePhase(1), ...chain])).toEqual([2, 1500, 1]);
  });

  test("gives every candidate once, whatever the order they come in", () => {
    fc.assert(
      fc.property(anyPhases, (phases) => {
        const ordinals = phases.map(({ ordinal }) => ordinal);
        const order = startOrder(ordinals, phases);
        expect(order.toSorted((a, b) => a - b)).toEqual(ordinals.toSorted((a, b) => a - b));
        expect(startOrder(ordinals.toReversed(), phases.toReversed())).toEqual(order);
        // Who waits never comes before what it waits for: that unblocks and reaches deeper.
        for (const { ordinal, dependsOn, priority } of phases) {
          for (const other of dependsOn.filter((one) => ordinals.includes(one))) {
            if (priority === 2) expect(order.indexOf(other)).toBeLessThan(order.indexOf(ordinal));
          }
        }
      }),
    );
  });
});
