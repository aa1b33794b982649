/** Longer than any word worth correcting; keeps the distance cheap on hostile input. */
const MAX_LENGTH = 64;

const MIN_PREFIX_LENGTH = 3;

/**
 * The candidate that was probably meant, for did-you-mean: a third of the word may be wrong, or one letter; else the only
 * one that begins like it. Null when there is none.
 */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  if (typed.length === 0 || typed.length > MAX_LENGTH) return null;
  const word = typed.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best ?? onlyOneWithPrefix(word, candidates);
}

function onlyOneWithPrefix(word: string, candidates: readonly string[]): string | null {
  if (word.length < MIN_PREFIX_LENGTH) return null;
  const [first, ...others] = candidates.filter((candidate) => candidate.toLowerCase().startsWith(word));
  return others.length === 0 ? (first ?? null) : null;
}

/** Letters added, removed, changed, or swapped with their neighbour (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (last[column] ?? Infinity) + 1,
          (current[column - 1] ?? Infinity) + 1,
          (last[column - 1] ?? Infinity) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? Infinity;
}
