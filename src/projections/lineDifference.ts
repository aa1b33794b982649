/** Lines of unchanged text shown around a change. */
const CONTEXT = 3;

/** Lines of either side, without those that both begin and end with, that are compared one by one; the work grows with the square. */
const MAX_COMPARED = 400;

type Line = readonly [mark: " " | "-" | "+", text: string];

/**
 * The difference of two texts, line by line, as a unified diff without a header. Empty when they are the same.
 *
 * Texts that differ in more than 400 lines are shown as taken out and put in as a whole.
 */
export function lineDifference(before: string, after: string): string {
  if (before === after) return "";
  const old = before.split("\n");
  const now = after.split("\n");
  const start = old.findIndex((line, index) => line !== now[index]);
  const from = start === -1 ? old.length : start;
  const same = sameAtEnd(old.slice(from), now.slice(from));
  const lines: readonly Line[] = [
    ...old.slice(0, from).map((text): Line => [" ", text]),
    ...compared(old.slice(from, old.length - same), now.slice(from, now.length - same)),
    ...old.slice(old.length - same).map((text): Line => [" ", text]),
  ];
  return withContext(lines);
}

function sameAtEnd(old: readonly string[], now: readonly string[]): number {
  const most = Math.min(old.length, now.length);
  for (let count = 0; count < most; count += 1) if (old.at(-1 - count) !== now.at(-1 - count)) return count;
  return most;
}

function compared(old: readonly string[], now: readonly string[]): readonly Line[] {
  if (Math.max(old.length, now.length) > MAX_COMPARED) return replaced(old, now);
  const common = commonLengths(old, now);
  const lines: Line[] = [];
  let [left, right] = [0, 0];
  while (left < old.length && right < now.length) {
    const [mine = "", theirs = ""] = [old[left], now[right]];
    if (mine === theirs) {
      lines.push([" ", mine]);
      [left, right] = [left + 1, right + 1];
    } else if (at(common, left + 1, right) >= at(common, left, right + 1)) {
      lines.push(["-", mine]);
      left += 1;
    } else {
      lines.push(["+", theirs]);
      right += 1;
    }
  }
  return [...lines, ...replaced(old.slice(left), now.slice(right))];
}

function replaced(old: readonly string[], now: readonly string[]): readonly Line[] {
  return [...old.map((text): Line => ["-", text]), ...now.map((text): Line => ["+", text])];
}

/** For each pair of places, how many lines the rests have in common, in order. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let left = old.length - 1; left >= 0; left -= 1) {
    for (let right = now.length - 1; right >= 0; right -= 1) {
      const length =
        old[left] === now[right]
          ? at(table, left + 1, right + 1) + 1
          : Math.max(at(table, left + 1, right), at(table, left, right + 1));
      table[left]?.fill(length, right, right + 1);
    }
  }
  return table;
}

function at(table: readonly Uint16Array[], left: number, right: number): number {
  return table[left]?.[right] ?? 0;
}

/** Leaves out what is far from every change; `…` stands for it, and never for one line alone. */
function withContext(lines: readonly Line[]): string {
  const near = new Set<number>([-1, lines.length]);
  for (const [index, [mark]] of lines.entries())
    if (mark !== " ") for (let by = -CONTEXT; by <= CONTEXT; by += 1) near.add(index + by);
  const isShown = (index: number): boolean => near.has(index) || (near.has(index - 1) && near.has(index + 1));
  const out = lines.flatMap(([mark, text], index) => {
    if (isShown(index)) return [`${mark}${text}`];
    return index === 0 || isShown(index - 1) ? ["…"] : [];
  });
  return out.join("\n");
}
