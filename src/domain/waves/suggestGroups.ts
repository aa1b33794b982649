import { profileOf, similarity } from "./similarity.ts";
import type { WorkItem } from "./similarity.ts";

/** Items that would do better as one. */
export interface Grouping {
  /** Hash of the sorted members: the same group has the same id, whenever it is suggested. */
  readonly id: string;
  /** Sorted. */
  readonly members: readonly string[];
  /** Mean over all pairs of members. */
  readonly score: number;
}

export interface GroupSuggestions {
  /** Best first. Nobody is in two. */
  readonly groups: readonly Grouping[];
  /** Pairs that look like the same work written twice. */
  readonly duplicates: readonly Grouping[];
}

/** From the domain rules. */
const SUGGESTED_FROM = 0.6;
const DUPLICATE_ABOVE = 0.85;
const MOST_MEMBERS = 20;

interface Pair {
  readonly members: readonly [string, string];
  readonly score: number;
}

/**
 * Suggests groups of 2 to 20 items, and flags duplicates.
 *
 * The most similar come together first; two groups become one while their members are similar enough on average, so that a
 * chain of neighbours does not become one group. The order of `items` makes no difference. `hash` takes any text.
 */
export function suggestGroups(items: readonly WorkItem[], hash: (text: string) => string): GroupSuggestions {
  const pairs = pairsOf(items);
  const scores = new Map(pairs.map(({ members, score }) => [keyOf(members), score]));
  const toGrouping = (members: readonly string[]): Grouping => {
    const sorted = members.toSorted();
    return { id: hash(JSON.stringify(sorted)), members: sorted, score: meanWithin(sorted, scores) };
  };
  const suggested = pairs.filter(({ score }) => score >= SUGGESTED_FROM);
  return {
    groups: merge(suggested, scores)
      .map(toGrouping)
      .toSorted((left, right) => right.score - left.score || compare(left.members, right.members)),
    duplicates: pairs.filter(({ score }) => score > DUPLICATE_ABOVE).map(({ members }) => toGrouping(members)),
  };
}

/** Every two items, the most similar first. */
function pairsOf(items: readonly WorkItem[]): readonly Pair[] {
  const profiles = items.map(profileOf).toSorted((left, right) => compare([left.item.id], [right.item.id]));
  return profiles
    .flatMap((left, index) =>
      profiles.slice(index + 1).map((right): Pair => ({
        members: [left.item.id, right.item.id],
        score: similarity(left, right),
      })),
    )
    .toSorted((left, right) => right.score - left.score || compare(left.members, right.members));
}

function merge(pairs: readonly Pair[], scores: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  const groupOf = new Map<string, readonly string[]>();
  for (const { members } of pairs) {
    const [left, right] = members.map((id) => groupOf.get(id) ?? [id]);
    if (left === undefined || right === undefined || left === right) continue;
    if (left.length + right.length > MOST_MEMBERS || meanBetween(left, right, scores) < SUGGESTED_FROM) continue;
    const together = [...left, ...right];
    for (const id of together) groupOf.set(id, together);
  }
  return [...new Set(groupOf.values())];
}

function meanBetween(left: readonly string[], right: readonly string[], scores: ReadonlyMap<string, number>): number {
  return mean(left.flatMap((one) => right.map((other) => scores.get(keyOf([one, other].toSorted())) ?? 0)));
}

function meanWithin(sorted: readonly string[], scores: ReadonlyMap<string, number>): number {
  return mean(
    sorted.flatMap((one, index) => sorted.slice(index + 1).map((other) => scores.get(keyOf([one, other])) ?? 0)),
  );
}

function mean(values: readonly number[]): number {
  // What is the same to nine digits is the same: 0.6 three times is not below 0.6.
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 1e9) / 1e9;
}

function keyOf(members: readonly string[]): string {
  return JSON.stringify(members);
}

function compare(left: readonly string[], right: readonly string[]): number {
  const [one, other] = [keyOf(left), keyOf(right)];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
