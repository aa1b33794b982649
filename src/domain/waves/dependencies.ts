import type { WavePhase } from "./wave.ts";

/** Phases with what they wait for and who waits for them, as positions in `phases`. */
export interface Dependencies {
  readonly phases: readonly WavePhase[];
  readonly before: readonly (readonly number[])[];
  /** Undefined: nobody. */
  readonly after: readonly (readonly number[] | undefined)[];
  /** Every position, behind all it waits for. */
  readonly order: readonly number[];
}

/**
 * Reads who waits for whom. What is not among the phases counts as done.
 *
 * Throws where phases wait for each other, or for a later tier: plans are checked for that before they get here.
 */
export function dependenciesOf(phases: readonly WavePhase[]): Dependencies {
  const positions = new Map<number, number>();
  for (const [position, { ordinal }] of phases.entries()) positions.set(ordinal, position);
  const before = phases.map(({ dependsOn }) => known(dependsOn, positions));
  const after: (number[] | undefined)[] = phases.map(() => undefined);
  for (const [position, waits] of before.entries()) {
    for (const other of waits) (after[other] ??= []).push(position);
  }
  const order = sorted(before, after);
  if (order.length < phases.length) throw new Error(circleMessage(phases, { before, order }));
  requireTierOrder(phases, before);
  return { phases, before, after, order };
}

const NOBODY: readonly number[] = [];

function known(ordinals: readonly number[], positions: ReadonlyMap<number, number>): readonly number[] {
  if (ordinals.length === 0) return NOBODY;
  const found = ordinals.map((ordinal) => positions.get(ordinal)).filter((position) => position !== undefined);
  return found.length > 1 ? [...new Set(found)] : found;
}

/** Takes away, again and again, what waits for nothing. What is in a circle, or behind one, stays out. */
function sorted(before: Dependencies["before"], after: Dependencies["after"]): readonly number[] {
  const waits = before.map((others) => others.length);
  const order = [...waits.keys()].filter((position) => waits[position] === 0);
  // An array that grows while it is walked is walked to its end.
  for (const position of order) {
    for (const next of after[position] ?? NOBODY) {
      waits[next] = (waits[next] ?? 0) - 1;
      if (waits[next] === 0) order.push(next);
    }
  }
  return order;
}

function circleMessage(
  phases: readonly WavePhase[],
  { before, order }: Pick<Dependencies, "before" | "order">,
): string {
  const placed = new Set(order);
  const trail: number[] = [];
  const seen = new Set<number>();
  let at = phases.findIndex((_, position) => !placed.has(position));
  while (!seen.has(at)) {
    seen.add(at);
    trail.push(at);
    at = before[at]?.find((other) => !placed.has(other)) ?? at;
  }
  const circle = [...trail.slice(trail.indexOf(at)), at].map((position) => phases[position]?.ordinal);
  return `Planning waves: phases wait for each other: ${circle.join(" → ")}`;
}

function requireTierOrder(phases: readonly WavePhase[], before: readonly (readonly number[])[]): void {
  for (const [position, phase] of phases.entries()) {
    const late = before[position]?.find((other) => (phases[other]?.tier ?? 0) > phase.tier);
    if (late === undefined) continue;
    const { ordinal } = phases[late] ?? phase;
    throw new Error(`Planning waves: phase ${phase.ordinal} waits for phase ${ordinal} of a later tier`);
  }
}
