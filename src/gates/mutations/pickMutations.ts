import type { Mutation } from "./mutation.ts";

/**
 * Some of many defects: of as many kinds as can be, chosen by a number, and always the same for the same number. The rest of a
 * kind comes when every kind had its turn.
 */
export function pickMutations(
  mutations: readonly Mutation[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly Mutation[] {
  const random = randomOf(seed);
  const kinds = [...Map.groupBy(mutations, ({ category }) => category).values()].map((each) => shuffled(each, random));
  const order = shuffled(kinds, random);
  const picked: Mutation[] = [];
  for (let round = 0; picked.length < count && order.some((kind) => kind.length > round); round += 1)
    picked.push(...order.flatMap((kind) => kind.slice(round, round + 1)));
  return picked.slice(0, count);
}

function shuffled<Each>(all: readonly Each[], random: () => number): readonly Each[] {
  return all
    .map((each) => ({ each, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ each }) => each);
}

/** Mulberry32: between 0 and 1, the same row of numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
