import * as fc from "fast-check";
import { expect, test } from "vitest";
import { keptApart } from "../../../src/domain/waves/keptApart.ts";
import { planWaves } from "../../../src/domain/waves/planWaves.ts";
import { anyPhases, impact, wavePhase } from "./wavePhases.ts";

const shared = [impact("README.md")];

test("names the path, and who says nothing", () => {
  const phases = [wavePhase(1, { impacts: shared }), wavePhase(2), wavePhase(3, { impacts: shared })];
  expect(keptApart([...phases, wavePhase(4, { impacts: [] })])).toEqual([
    { kind: "undeclared", phase: 4 },
    { kind: "same_path", phases: [1, 3], impacts: [shared[0], shared[0]] },
  ]);
});

test("who waits, through others too, or is in another tier, is not kept apart by a conflict", () => {
  const phases = [
    wavePhase(1, { impacts: shared }),
    wavePhase(2, { dependsOn: [1] }),
    wavePhase(3, { impacts: shared, dependsOn: [2] }),
    wavePhase(4, { impacts: [], tier: 2 }),
  ];
  expect(keptApart(phases)).toEqual([]);
});

test("nobody who is kept apart is side by side", () => {
  fc.assert(
    fc.property(anyPhases, (phases) => {
      const waves = planWaves(phases, 3).map((wave) => wave.phases);
      for (const apart of keptApart(phases)) {
        const alike = waves.find((wave) => wave.includes(apart.kind === "undeclared" ? apart.phase : apart.phases[0]));
        if (apart.kind === "undeclared") expect(alike).toEqual([apart.phase]);
        else expect(alike).not.toContain(apart.phases[1]);
      }
    }),
  );
});
