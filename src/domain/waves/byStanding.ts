import { countFollowers } from "./countFollowers.ts";
import type { Dependencies } from "./dependencies.ts";

/** What speaks for starting a phase early. */
export interface Standing {
  readonly ordinal: number;
  /** Phases that wait for it, directly or through others. */
  readonly unblocks: number;
  /** The longest chain of phases behind it. */
  readonly depth: number;
  /** 2 for the most urgent priority, 0 for the default. */
  readonly urgency: number;
}

/** From the domain rules. */
const WEIGHTS = { unblocks: 1000, depth: 100, urgency: 10 } as const;

/**
 * Puts candidates into the order in which to start them: `1000·unblocks + 100·depth + 10·priority`, each as a share of the
 * largest among the candidates; then by ordinal. Who has no standing comes last.
 */
export function byStanding(candidates: readonly number[], standings: ReadonlyMap<number, Standing>): readonly number[] {
  const found = candidates.map((ordinal) => standings.get(ordinal) ?? { ordinal, unblocks: 0, depth: 0, urgency: 0 });
  const most = {
    unblocks: largest(found.map(({ unblocks }) => unblocks)),
    depth: largest(found.map(({ depth }) => depth)),
    urgency: largest(found.map(({ urgency }) => urgency)),
  };
  const score = (one: Standing): number =>
    WEIGHTS.unblocks * (one.unblocks / most.unblocks) +
    WEIGHTS.depth * (one.depth / most.depth) +
    WEIGHTS.urgency * (one.urgency / most.urgency);
  return found
    .map((one) => ({ ordinal: one.ordinal, score: score(one) }))
    .toSorted((left, right) => right.score - left.score || left.ordinal - right.ordinal)
    .map(({ ordinal }) => ordinal);
}

/** The standing of every phase that is not done yet, by ordinal. */
export function standingsOf(dependencies: Dependencies): ReadonlyMap<number, Standing> {
  const { phases, after, order } = dependencies;
  const unblocks = countFollowers(dependencies);
  const depths = phases.map(() => 0);
  for (const position of order.toReversed()) {
    for (const next of after[position] ?? []) {
      depths[position] = Math.max(depths[position] ?? 0, (depths[next] ?? 0) + 1);
    }
  }
  return new Map(
    phases.map(({ ordinal, priority }, position) => [
      ordinal,
      { ordinal, unblocks: unblocks[position] ?? 0, depth: depths[position] ?? 0, urgency: 2 - priority },
    ]),
  );
}

/** Never 0, so that it can be divided by. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0) || 1;
}
