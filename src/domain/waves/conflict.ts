import { matches, meets, normalized, toGlob } from "./glob.ts";
import type { Glob } from "./glob.ts";
import { isLiteral } from "./globTokens.ts";
import { MIN_CONFIDENCE } from "./impact.ts";
import type { Impact } from "./impact.ts";

/** Why two phases may not be built side by side. `undeclared`: nobody knows what one of them touches. */
export type Conflict =
  | { readonly kind: "undeclared" }
  /** What the first and what the second would do to the same path. */
  | { readonly kind: "same_path"; readonly first: Impact; readonly second: Impact };

/** The impacts of a phase that count, ready to be compared with those of many others. */
export interface Footprint {
  readonly undeclared: boolean;
  /** Sorted, one a path: what reaches furthest. */
  readonly paths: readonly NamedPath[];
  readonly globs: readonly Place[];
}

interface NamedPath {
  readonly impact: Impact;
  readonly path: string;
}

interface Place {
  readonly impact: Impact;
  readonly glob: Glob;
}

/** How globs are compared. May say yes too often, never no. */
export interface Comparison {
  meets(left: Glob, right: Glob): boolean;
  matches(glob: Glob, path: string): boolean;
}

/**
 * What keeps two phases from being built side by side; null when nothing does.
 *
 * Both write the same path, or one deletes what the other reads. Reading conflicts with nothing else. A phase of which too
 * little is known conflicts with everything.
 */
export function conflict(first: readonly Impact[], second: readonly Impact[]): Conflict | null {
  return conflictOf(toFootprint(first), toFootprint(second), { meets, matches });
}

export function conflictOf(first: Footprint, second: Footprint, comparison: Comparison): Conflict | null {
  if (first.undeclared || second.undeclared) return { kind: "undeclared" };
  return samePath(first, second) ?? sameGlob(first, second, comparison);
}

/**
 * Undeclared is a phase without any impact of enough confidence, and one whose own declaration has too little. Of what was
 * merely predicted, the uncertain is left out.
 */
export function toFootprint(impacts: readonly Impact[], read: (glob: string) => Glob = toGlob): Footprint {
  const paths: NamedPath[] = [];
  const globs: Place[] = [];
  for (const impact of impacts) {
    if (impact.confidence < MIN_CONFIDENCE) continue;
    const path = normalized(impact.path);
    if (isLiteral(path)) paths.push({ impact, path });
    else globs.push({ impact, glob: read(path) });
  }
  const isDoubtful = impacts.some(({ source, confidence }) => source === "declared" && confidence < MIN_CONFIDENCE);
  return { undeclared: isDoubtful || paths.length + globs.length === 0, paths: onePerPath(paths), globs };
}

/** Deleting conflicts with all that updating does, and updating with all that reading does. */
const REACH = { read: 0, update: 1, create: 1, delete: 2 } as const;

function onePerPath(named: readonly NamedPath[]): readonly NamedPath[] {
  if (named.length < 2) return named;
  const reach = ({ impact }: NamedPath): number => REACH[impact.operation];
  return named
    .toSorted((left, right) => compare(left.path, right.path) || reach(right) - reach(left))
    .filter(({ path }, index, all) => all[index - 1]?.path !== path);
}

/** Both are sorted: one walk along the two. */
function samePath(first: Footprint, second: Footprint): Conflict | null {
  let at = 0;
  for (const one of first.paths) {
    while (compare(second.paths[at]?.path ?? one.path, one.path) < 0) at += 1;
    const other = second.paths[at];
    if (other === undefined) return null;
    if (other.path !== one.path || !clash(one.impact, other.impact)) continue;
    return { kind: "same_path", first: one.impact, second: other.impact };
  }
  return null;
}

function sameGlob(first: Footprint, second: Footprint, comparison: Comparison): Conflict | null {
  for (const { impact, glob } of first.globs) {
    const other =
      second.globs.find((place) => clash(impact, place.impact) && comparison.meets(glob, place.glob)) ??
      second.paths.find((named) => clash(impact, named.impact) && comparison.matches(glob, named.path));
    if (other !== undefined) return { kind: "same_path", first: impact, second: other.impact };
  }
  for (const { impact, glob } of second.globs) {
    const one = first.paths.find((named) => clash(named.impact, impact) && comparison.matches(glob, named.path));
    if (one !== undefined) return { kind: "same_path", first: one.impact, second: impact };
  }
  return null;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function clash(one: Impact, other: Impact): boolean {
  if (one.operation === "read") return other.operation === "delete";
  if (other.operation === "read") return one.operation === "delete";
  return true;
}
