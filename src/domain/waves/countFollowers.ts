import type { Dependencies } from "./dependencies.ts";

const BITS = 32;

/** A set of phases by their numbers: bits from the word `from` on. */
interface Row {
  readonly from: number;
  readonly words: Uint32Array;
}

const NONE: Row = { from: 0, words: new Uint32Array(0) };

/** How many phases wait for each, directly or through others. */
export function countFollowers(dependencies: Dependencies): readonly number[] {
  const { phases, after } = dependencies;
  const counts = phases.map(() => 0);
  const numbers = phases.map(() => 0);
  const rows: Row[] = [];
  for (const [number, position] of followersFirst(dependencies).entries()) {
    const row = rowOf(
      (after[position] ?? []).map((next) => numbers[next] ?? 0),
      rows,
    );
    numbers[position] = number;
    rows.push(row);
    counts[position] = countBits(row.words);
  }
  return counts;
}

/** Every phase behind those that wait for it, and close behind: its row then spans few words. */
function followersFirst({ phases, after, order }: Dependencies): readonly number[] {
  const found: number[] = [];
  const seen = phases.map(() => false);
  const looked = phases.map(() => 0);
  for (const start of order) {
    const trail = seen[start] === true ? [] : [start];
    for (let at = trail.at(-1); at !== undefined; at = trail.at(-1)) {
      seen[at] = true;
      const look = looked[at] ?? 0;
      const next = after[at]?.[look];
      looked[at] = look + 1;
      if (next === undefined) found.push(trail.pop() ?? at);
      else if (seen[next] !== true) trail.push(next);
    }
  }
  return found;
}

/** The followers, and all that their rows hold. */
function rowOf(followers: readonly number[], rows: readonly Row[]): Row {
  if (followers.length === 0) return NONE;
  const others = followers.map((number) => rows[number] ?? NONE).filter(({ words }) => words.length > 0);
  const own = followers.map((number) => Math.floor(number / BITS));
  const from = Math.min(...own, ...others.map((row) => row.from));
  const words = new Uint32Array(Math.max(...own) - from + 1);
  for (const number of followers) add(words, Math.floor(number / BITS) - from, 1 << (number % BITS));
  for (const row of others) {
    for (let word = 0; word < row.words.length; word += 1) add(words, row.from - from + word, row.words[word] ?? 0);
  }
  return { from, words };
}

function add(words: Uint32Array, at: number, bits: number): void {
  words[at] = (words[at] ?? 0) | bits;
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (const word of words) if (word !== 0) count += bitsOf(word);
  return count;
}

/** The set bits of 32, added up side by side. */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
