import type { Charge } from "./charge.ts";
import { linesOf } from "./charge.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";

/** Something in one file, as it is, that is an objection where it is new. */
export interface Mark {
  readonly rule: string;
  readonly level: Charge["level"];
  readonly node: SyntaxNode;
  /** Equal for the same mark on the same thing, wherever it stands. */
  readonly key: string;
  readonly message: string;
  readonly remedy: string;
}

export interface MarkedFile {
  readonly path: string;
  readonly added: ReadonlySet<number>;
  readonly before: readonly Mark[];
  readonly after: readonly Mark[];
}

/** Marks that a change brings: those before may have moved, also from one file to another. */
export function newMarks(files: readonly MarkedFile[]): readonly Charge[] {
  const left = new Map<string, number>();
  for (const { key } of files.flatMap(({ before }) => before)) left.set(key, (left.get(key) ?? 0) + 1);
  const placed = files.flatMap((file) =>
    file.after.map((mark) => ({ mark, file, touched: isTouched(mark, file.added) })),
  );
  // Those on lines that did not change are what was there before.
  const inOrder = placed.toSorted((one, other) => Number(one.touched) - Number(other.touched));
  return inOrder.flatMap(({ mark, file, touched }) => {
    const count = left.get(mark.key) ?? 0;
    left.set(mark.key, count - 1);
    return count > 0 || !touched ? [] : [charge(mark, file.path)];
  });
}

function isTouched({ node }: Mark, added: ReadonlySet<number>): boolean {
  for (let line = node.startLine; line <= node.endLine; line += 1) if (added.has(line)) return true;
  return false;
}

function charge({ node, key, ...mark }: Mark, path: string): Charge {
  return { ...mark, path, side: "after", lines: linesOf(node), code: key };
}
