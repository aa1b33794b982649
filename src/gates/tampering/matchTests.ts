import type { Kept } from "./testChange.ts";
import type { TestCase } from "./testFile.ts";

export interface Matched {
  readonly kept: readonly Kept[];
  readonly gone: readonly TestCase[];
  readonly added: readonly TestCase[];
}

/** How alike two tests are that are one under a new name, by the words they share. */
const ALIKE = 0.6;
/** Beyond this, tests are compared by name and text only. */
const MAX_COMPARED = 400;

/** By what a test is told to be the same, the surest first. */
const SIGNS: readonly ((test: TestCase) => string)[] = [
  ({ path, title, text }) => [path, title, text].join("\0"),
  ({ path, title }) => [path, title].join("\0"),
  ({ path, name }) => [path, name].join("\0"),
  ({ name, text }) => [name, text].join("\0"),
  ({ title }) => title,
  ({ name }) => name,
  // What is one word or two is too little to be told by.
  ({ path, text, words }) => (words.length < 3 ? "" : [path, text].join("\0")),
  ({ text, words }) => (words.length < 3 ? "" : text),
];

/** Finds each test again: where it was, elsewhere in the change, or under a new name. */
export function matchTests(before: readonly TestCase[], after: readonly TestCase[]): Matched {
  const kept: Kept[] = [];
  let gone = before;
  let added = after;
  for (const sign of SIGNS) {
    const pairs = pairsBy(sign, gone, added);
    kept.push(...pairs);
    gone = without(
      gone,
      pairs.map((each) => each.before),
    );
    added = without(
      added,
      pairs.map((each) => each.after),
    );
  }
  const alike = gone.length > MAX_COMPARED || added.length > MAX_COMPARED ? [] : alikePairs(gone, added);
  return {
    kept: [...kept, ...alike],
    gone: without(
      gone,
      alike.map((each) => each.before),
    ),
    added: without(
      added,
      alike.map((each) => each.after),
    ),
  };
}

function without(tests: readonly TestCase[], used: readonly TestCase[]): readonly TestCase[] {
  const taken = new Set(used);
  return tests.filter((each) => !taken.has(each));
}

function pairsBy(
  sign: (test: TestCase) => string,
  gone: readonly TestCase[],
  added: readonly TestCase[],
): readonly Kept[] {
  const open = Map.groupBy(added, sign);
  const pairs: Kept[] = [];
  for (const before of gone) {
    const key = sign(before);
    const after = key === "" ? undefined : open.get(key)?.shift();
    if (after !== undefined) pairs.push({ before, after });
  }
  return pairs;
}

function alikePairs(gone: readonly TestCase[], added: readonly TestCase[]): readonly Kept[] {
  const free = new Set(added.filter(({ words }) => words.length > 0));
  const pairs: Kept[] = [];
  for (const before of gone) {
    const best = mostAlike(before, free);
    if (best === null) continue;
    free.delete(best);
    pairs.push({ before, after: best });
  }
  return pairs;
}

function mostAlike(test: TestCase, among: Iterable<TestCase>): TestCase | null {
  let best: TestCase | null = null;
  let most = ALIKE;
  for (const each of among) {
    const likeness = likenessOf(test.words, each.words);
    if (likeness < most) continue;
    best = each;
    most = likeness;
  }
  return best;
}

/** The share of words that two have in common, of all that either has. */
function likenessOf(one: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of one) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of other) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common += 1;
  }
  const all = one.length + other.length - common;
  return all === 0 ? 0 : common / all;
}
