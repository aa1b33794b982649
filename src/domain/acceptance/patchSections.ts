import { unquotedPath } from "./addedLines.ts";

/** The part of a patch that concerns one file. */
export interface PatchSection {
  readonly path: string;
  readonly text: string;
}

/**
 * Takes a patch apart by files. For patches of git without renames, read as Latin-1, so that every byte comes back.
 *
 * No line of a file's content begins with `diff --git`: those begin with a sign, and binary ones hold no blanks.
 */
export function patchSections(patch: string): readonly PatchSection[] {
  return patch
    .split(/^(?=diff --git )/m)
    .filter((text) => text.startsWith("diff --git "))
    .map((text) => ({ path: pathOf(text.slice("diff --git ".length, text.indexOf("\n"))), text }));
}

/** `a/x b/x`, or both quoted as in C: the same name twice, so half of it is the name. */
function pathOf(names: string): string {
  const half = names.slice((names.length + 1) / 2);
  return unquotedPath(half, "b/") ?? half;
}
