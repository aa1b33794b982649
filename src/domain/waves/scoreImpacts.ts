import type { TouchedPath } from "../phase.ts";
import { matches, toGlob } from "./glob.ts";
import type { Glob } from "./glob.ts";
import { MIN_CONFIDENCE } from "./impact.ts";
import type { Impact } from "./impact.ts";

/** An impact, and whether it came true. */
export interface ScoredImpact {
  readonly impact: Impact;
  /** Null for a read: no diff shows it. */
  readonly hit: boolean | null;
}

export interface ImpactScore {
  /** The predictions, as they were given. */
  readonly predicted: readonly ScoredImpact[];
  /** What was touched. A hit is what somebody had predicted; the others came as a surprise. */
  readonly touched: readonly ScoredImpact[];
  /** The share that came true of what was planned by; null when that was nothing. */
  readonly precision: number | null;
  /** The share of the touched paths that had been planned by; null when nothing was touched. */
  readonly recall: number | null;
}

/**
 * Holds predictions against the diff that a phase landed with. A path that was touched is a hit, whatever was done to it.
 *
 * Precision and recall count what planning counted: impacts of at least `MIN_CONFIDENCE`.
 */
export function scoreImpacts(predicted: readonly Impact[], touched: readonly TouchedPath[]): ImpactScore {
  const writes = predicted
    .filter(({ operation }) => operation !== "read")
    .map((impact) => ({ impact, glob: toGlob(impact.path) }));
  const paths = new Set(touched.map(({ path }) => path));
  const hits = new Set(writes.filter(({ glob }) => isTouched(glob, paths)).map(({ impact }) => impact));
  const counted = writes.filter(({ impact }) => impact.confidence >= MIN_CONFIDENCE);
  return {
    predicted: predicted.map((impact) => ({ impact, hit: impact.operation === "read" ? null : hits.has(impact) })),
    touched: touched.map(({ path, operation }) => ({
      impact: { path, operation, source: "validated", confidence: 1 },
      hit: isForeseen(path, writes),
    })),
    precision: share(counted.filter(({ impact }) => hits.has(impact)).length, counted.length),
    recall: share(touched.filter(({ path }) => isForeseen(path, counted)).length, touched.length),
  };
}

function isForeseen(path: string, by: readonly { readonly glob: Glob }[]): boolean {
  return by.some(({ glob }) => glob.text === path || matches(glob, path));
}

function isTouched(glob: Glob, paths: ReadonlySet<string>): boolean {
  if (paths.has(glob.text)) return true;
  return glob.automaton !== null && [...paths].some((path) => matches(glob, path));
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
