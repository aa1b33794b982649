import { createHash } from "node:crypto";

/** What a patch does to one file: what it takes out and what it puts in, wherever in the file. */
interface FileChange {
  readonly header: string;
  readonly out: string[];
  readonly in: string[];
}

/** What says of itself what it is: a mode, or the content of a binary file. Each with the side it is on. */
const FACTS: readonly (readonly [RegExp, "out" | "in"])[] = [
  [/^(?:deleted file mode|old mode) (\d+)$/, "out"],
  [/^(?:new file mode|new mode) (\d+)$/, "in"],
];

/**
 * Ids by content of what a patch does, and of what undoing it does: a revert's own id is the inverse id of what it reverts,
 * wherever it lands. A patch that changes nothing has none.
 *
 * Reads what `git diff -p --binary --full-index --no-renames` writes, and starts no process: every change of an agent gets
 * its ids, and few are ever compared.
 */
export function patchIds(patch: Uint8Array): { readonly forward: string; readonly inverse: string } {
  const files = readFiles(Buffer.from(patch).toString("latin1"));
  if (files.length === 0) return { forward: "", inverse: "" };
  return {
    forward: digest(files.map((file) => [file.header, file.out, file.in])),
    inverse: digest(files.map((file) => [file.header, file.in, file.out])),
  };
}

function digest(changes: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(changes)).digest("hex");
}

function readFiles(text: string): readonly FileChange[] {
  const files: FileChange[] = [];
  let inHunk = false;
  let blobs: readonly string[] = [];
  for (const line of text.split("\n")) {
    const file = files.at(-1);
    if (line.startsWith("diff --git ")) {
      files.push({ header: line, out: [], in: [] });
      inHunk = false;
    } else if (file === undefined) continue;
    else if (line.startsWith("@@ ")) inHunk = true;
    else if (inHunk) readHunkLine(file, line);
    else if (line.startsWith("index ")) blobs = line.slice("index ".length).split(" ")[0]?.split("..") ?? [];
    else if (line === "GIT binary patch") readBinary(file, blobs);
    else readFact(file, line);
  }
  return files;
}

function readHunkLine(file: FileChange, line: string): void {
  if (line.startsWith("-")) file.out.push(line.slice(1));
  if (line.startsWith("+")) file.in.push(line.slice(1));
}

/** A binary file's content is named by its blobs; how git packs it says nothing more. */
function readBinary(file: FileChange, [before = "", after = ""]: readonly string[]): void {
  file.out.push(before);
  file.in.push(after);
}

function readFact(file: FileChange, line: string): void {
  for (const [pattern, side] of FACTS) {
    const mode = pattern.exec(line)?.[1];
    if (mode !== undefined) file[side].push(`mode ${mode}`);
  }
}
