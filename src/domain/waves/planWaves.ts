import { conflictOf, toFootprint } from "./conflict.ts";
import type { Comparison, Footprint } from "./conflict.ts";
import { dependenciesOf } from "./dependencies.ts";
import type { Dependencies } from "./dependencies.ts";
import { matches, mayMatch, mayMeet, meets, toGlob } from "./glob.ts";
import type { Glob } from "./glob.ts";
import { byStanding, standingsOf } from "./byStanding.ts";
import type { PlannedWave, WavePhase } from "./wave.ts";

/**
 * How many waves with room a phase is compared with before it begins a new one. More phases than that, all in conflict with
 * each other, and a plan of thousands may get more waves than it needs; never wrong ones.
 */
const MOST_TRIES = 64;
/** Comparisons of globs that are made exactly; then a glance has to do, which sees conflicts too many, never too few. */
const MOST_COMPARISONS = 25_000;

/** A phase on its way into a wave. */
interface Member {
  readonly ordinal: number;
  readonly footprint: Footprint;
}

interface OpenWave {
  readonly members: Member[];
}

/** The waves of a tier so far. */
interface Packing {
  readonly maxParallel: number;
  readonly comparison: Comparison;
  readonly waves: OpenWave[];
  /** For each wave, itself while it has room, else one behind it. */
  readonly next: number[];
}

/**
 * Puts phases into waves: tier by tier, in each the layers of the longest path, then plan order, each phase into the first
 * wave behind all it waits for that has room and nobody in conflict with it.
 *
 * A phase that declares nothing is alone in its wave. The phases of a wave stand in the order in which to start them. Throws
 * where phases wait for each other.
 */
export function planWaves(phases: readonly WavePhase[], maxParallel: number): readonly PlannedWave[] {
  const dependencies = dependenciesOf(phases);
  const standings = standingsOf(dependencies);
  const packing = { maxParallel, comparison: countedComparison() };
  const footprints = footprintsOf(phases);
  return tiersOf(dependencies).flatMap(({ tier, positions }) =>
    packTier({ ...packing, waves: [], next: [] }, { dependencies, footprints, positions }).map(({ members }) => ({
      tier,
      phases: byStanding(
        members.map(({ ordinal }) => ordinal),
        standings,
      ),
    })),
  );
}

/** Reads each glob once, however many phases name it. */
function footprintsOf(phases: readonly WavePhase[]): readonly Footprint[] {
  const globs = new Map<string, Glob>();
  const read = (text: string): Glob => {
    const glob = globs.get(text) ?? toGlob(text);
    globs.set(text, glob);
    return glob;
  };
  return phases.map(({ impacts }) => toFootprint(impacts, read));
}

function countedComparison(): Comparison {
  let left = MOST_COMPARISONS;
  const isUsedUp = (): boolean => {
    left -= 1;
    return left < 0;
  };
  return {
    meets: (one, other) => mayMeet(one, other) && (isUsedUp() || meets(one, other)),
    matches: (glob, path) => mayMatch(glob, path) && (isUsedUp() || matches(glob, path)),
  };
}

/** The tiers in order, with the positions of their phases by layer, then ordinal. */
function tiersOf(
  dependencies: Dependencies,
): readonly { readonly tier: number; readonly positions: readonly number[] }[] {
  const { phases } = dependencies;
  const layers = layersOf(dependencies);
  const tiers = Map.groupBy(phases.keys(), (position) => phases[position]?.tier ?? 0);
  const ordinal = (position: number): number => phases[position]?.ordinal ?? 0;
  return [...tiers]
    .toSorted(([left], [right]) => left - right)
    .map(([tier, positions]) => ({
      tier,
      positions: positions.toSorted(
        (left, right) => (layers[left] ?? 0) - (layers[right] ?? 0) || ordinal(left) - ordinal(right),
      ),
    }));
}

/** The length of the longest chain in front of each phase, within its tier. */
function layersOf({ phases, before, order }: Dependencies): readonly number[] {
  const layers = phases.map(() => 0);
  for (const position of order) {
    for (const other of before[position] ?? []) {
      if (phases[other]?.tier !== phases[position]?.tier) continue;
      layers[position] = Math.max(layers[position] ?? 0, (layers[other] ?? 0) + 1);
    }
  }
  return layers;
}

function packTier(
  packing: Packing,
  tier: {
    readonly dependencies: Dependencies;
    readonly footprints: readonly Footprint[];
    readonly positions: readonly number[];
  },
): readonly OpenWave[] {
  const { phases, before } = tier.dependencies;
  const waveOf = new Map<number, number>();
  for (const position of tier.positions) {
    const phase = phases[position];
    const footprint = tier.footprints[position];
    if (phase === undefined || footprint === undefined) continue;
    const from = (before[position] ?? []).reduce((wave, other) => Math.max(wave, (waveOf.get(other) ?? -1) + 1), 0);
    waveOf.set(position, place(packing, { ordinal: phase.ordinal, footprint }, from));
  }
  return packing.waves;
}

/** Gives the wave that the phase was put into: `from` or one behind it. */
function place(packing: Packing, member: Member, from: number): number {
  const { waves, maxParallel, next } = packing;
  const found = member.footprint.undeclared ? null : findRoom(packing, member, from);
  if (found === null) return open(packing, member);
  const wave = waves[found];
  wave?.members.push(member);
  if ((wave?.members.length ?? 0) >= maxParallel) next[found] = found + 1;
  return found;
}

function findRoom(packing: Packing, { footprint }: Member, from: number): number | null {
  let at = nextWithRoom(packing, from);
  for (let tries = 0; tries < MOST_TRIES && at < packing.waves.length; tries += 1) {
    const members = packing.waves[at]?.members ?? [];
    if (members.every((other) => conflictOf(other.footprint, footprint, packing.comparison) === null)) return at;
    at = nextWithRoom(packing, at + 1);
  }
  return null;
}

function open({ waves, next, maxParallel }: Packing, member: Member): number {
  const at = waves.push({ members: [member] }) - 1;
  next.push(member.footprint.undeclared || maxParallel <= 1 ? at + 1 : at);
  return at;
}

/** Follows the trail of full waves, and shortens it for the next who comes by. */
function nextWithRoom({ next }: Packing, from: number): number {
  let at = from;
  for (let to = next[at]; to !== undefined && to !== at; to = next[at]) {
    next[at] = next[to] ?? to;
    at = to;
  }
  return at;
}
