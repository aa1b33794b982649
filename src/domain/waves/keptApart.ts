import { conflict, toFootprint } from "./conflict.ts";
import { dependenciesOf } from "./dependencies.ts";
import type { Impact } from "./impact.ts";
import type { WavePhase } from "./wave.ts";

/** Why phases of a tier that do not wait for each other are in different waves. */
export type Apart =
  /** Nobody knows what this one touches, so it is beside none of the others. */
  | { readonly kind: "undeclared"; readonly phase: number }
  /** What the two would do to the same path. */
  | {
      readonly kind: "same_path";
      readonly phases: readonly [number, number];
      readonly impacts: readonly [Impact, Impact];
    };

/**
 * Finds what keeps phases apart that could else be side by side. Who is in another wave without being found here waits for
 * room, or for a phase that is kept apart itself.
 *
 * Throws where phases wait for each other, as planning their waves does.
 */
export function keptApart(phases: readonly WavePhase[]): readonly Apart[] {
  const found = independentPairs(phases).map(([first, second]) => causesOf(first, second));
  const alone = new Set(found.flatMap(({ undeclared }) => undeclared));
  return [
    ...[...alone].toSorted((left, right) => left - right).map((phase) => ({ kind: "undeclared" as const, phase })),
    ...found.flatMap(({ clash }) => clash ?? []),
  ];
}

function causesOf(
  first: WavePhase,
  second: WavePhase,
): { readonly undeclared: readonly number[]; readonly clash: Apart | null } {
  const found = conflict(first.impacts, second.impacts);
  switch (found?.kind) {
    case undefined:
      return { undeclared: [], clash: null };
    case "undeclared": {
      const silent = [first, second].filter(({ impacts }) => toFootprint(impacts).undeclared);
      return { undeclared: silent.map(({ ordinal }) => ordinal), clash: null };
    }
    case "same_path": {
      const phases = [first.ordinal, second.ordinal] as const;
      return { undeclared: [], clash: { kind: "same_path", phases, impacts: [found.first, found.second] } };
    }
  }
}

/** Every two phases of a tier of which neither waits for the other, not even through others. */
function independentPairs(phases: readonly WavePhase[]): readonly (readonly [WavePhase, WavePhase])[] {
  const waits = waitsOf(phases);
  const isFree = (one: number, other: number): boolean =>
    phases[one]?.tier === phases[other]?.tier &&
    waits.get(one)?.has(other) !== true &&
    waits.get(other)?.has(one) !== true;
  return phases.flatMap((first, at) =>
    phases
      .slice(at + 1)
      .filter((_, behind) => isFree(at, at + 1 + behind))
      .map((second) => [first, second] as const),
  );
}

/** All that each phase waits for, directly or through others, as positions. */
function waitsOf(phases: readonly WavePhase[]): ReadonlyMap<number, ReadonlySet<number>> {
  const { before, order } = dependenciesOf(phases);
  const waits = new Map<number, ReadonlySet<number>>();
  for (const position of order) {
    const direct = before[position] ?? [];
    waits.set(position, new Set(direct.flatMap((other) => [other, ...(waits.get(other) ?? [])])));
  }
  return waits;
}
