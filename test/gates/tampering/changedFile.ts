import type { ChangedFile } from "../../../src/gates/judged.ts";

/** A changed file with its lines compared the plain way: the longest common lines stay. */
export function changedFile(path: string, before: string | null, after: string | null): ChangedFile {
  const was = before?.split("\n") ?? [];
  const is = after?.split("\n") ?? [];
  const kept = commonLines(was, is);
  return {
    path,
    before,
    after,
    removed: new Set(was.map((_, index) => index + 1).filter((line) => !kept.before.has(line))),
    added: new Set(is.map((_, index) => index + 1).filter((line) => !kept.after.has(line))),
  };
}

function commonLines(
  was: readonly string[],
  is: readonly string[],
): { readonly before: ReadonlySet<number>; readonly after: ReadonlySet<number> } {
  const width = is.length + 1;
  const lengths = new Uint32Array((was.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = was.length - 1; row >= 0; row -= 1)
    for (let column = is.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        was[row] === is[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
  const before = new Set<number>();
  const after = new Set<number>();
  for (let row = 0, column = 0; row < was.length && column < is.length;) {
    if (was[row] === is[column]) {
      before.add((row += 1));
      after.add((column += 1));
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return { before, after };
}
