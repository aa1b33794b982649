import { meets, toGlob } from "./glob.ts";
import type { Glob } from "./glob.ts";

/** A piece of planned work, as far as grouping looks at it. */
export interface WorkItem {
  /** Unique among the items, and the same whenever the work is. */
  readonly id: string;
  /** Title and description. */
  readonly text: string;
  readonly category: string;
  /** Paths and globs it touches. */
  readonly files: readonly string[];
  /** Ids of items that come first. */
  readonly dependsOn: readonly string[];
}

/** An item, read once to be compared often. */
export interface Profile {
  readonly item: WorkItem;
  readonly globs: readonly Glob[];
  readonly words: ReadonlySet<string>;
  readonly components: ReadonlySet<string>;
}

/** Weights and threshold from the domain rules; the weights add up to 1. */
const WEIGHTS = { files: 0.25, dependency: 0.3, words: 0.2, category: 0.1, components: 0.15 } as const;
const MIN_WORD_OVERLAP = 0.3;
const SHARED_DEPENDENCY = 0.7;

export function profileOf(item: WorkItem): Profile {
  return {
    item,
    globs: item.files.map(toGlob),
    words: wordsOf(item.text),
    components: new Set(item.files.map(componentOf)),
  };
}

/** The words that texts are compared by: of three letters or more, in lower case. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);
}

/** The share of words that two texts have in common (Jaccard), from 0 to 1. */
export function textOverlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  return jaccard(left, right);
}

/** How much two items belong together, from 0 to 1. */
export function similarity(left: Profile, right: Profile): number {
  const words = jaccard(left.words, right.words);
  const sum =
    WEIGHTS.files * fileOverlap(left.globs, right.globs) +
    WEIGHTS.dependency * dependency(left.item, right.item) +
    WEIGHTS.words * (words > MIN_WORD_OVERLAP ? words : 0) +
    WEIGHTS.category * (left.item.category === right.item.category ? 1 : 0) +
    WEIGHTS.components * jaccard(left.components, right.components);
  // Weights such as 0.3 are not exact: what is the same to nine digits is the same.
  return Math.round(sum * 1e9) / 1e9;
}

/** The part of a repository that a path lies in: `packages/core` of a workspace, `src/web` of sources, else the first folder. */
export function componentOf(path: string): string {
  const [first = "", second = "", ...deeper] = path.replace(/^\.\//, "").split("/");
  const isShelf = /^(?:src|lib|packages|apps|libs|services|crates|modules)$/.test(first);
  if (isShelf && deeper.length > 0 && !/[*?[{(]/.test(second)) return `${first}/${second}`;
  return second === "" && deeper.length === 0 && !path.endsWith("/") ? "." : first;
}

/** The share of both sides' files that the other side touches too. */
function fileOverlap(left: readonly Glob[], right: readonly Glob[]): number {
  const all = left.length + right.length;
  if (all === 0) return 0;
  return (countShared(left, right) + countShared(right, left)) / all;
}

function countShared(side: readonly Glob[], other: readonly Glob[]): number {
  return side.filter((glob) => other.some((one) => meets(glob, one))).length;
}

function dependency(left: WorkItem, right: WorkItem): number {
  if (left.dependsOn.includes(right.id) || right.dependsOn.includes(left.id)) return 1;
  return left.dependsOn.some((id) => right.dependsOn.includes(id)) ? SHARED_DEPENDENCY : 0;
}

function jaccard(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const shared = [...left].filter((one) => right.has(one)).length;
  const all = left.size + right.size - shared;
  return all === 0 ? 0 : shared / all;
}
