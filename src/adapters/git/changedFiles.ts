import type { Sha, TreeId } from "../../domain/ids.ts";
import type { TextChange, TextChanges } from "../../ports/git.ts";
import { askMirror } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** More lines of context than a file can have: a hunk then holds the whole file, and one process gives both sides. */
const WHOLE_FILE = 2 ** 30;

/** The empty tree: no `.gitattributes` of the repository decides here what is text. */
export const NO_ATTRIBUTES = { "attr.tree": "4b825dc642cb6eb9a060e54bf8d69288fbee4904" };

interface Entry {
  readonly path: string;
  readonly status: string;
  readonly isFile: boolean;
}

/** The text of every file that differs, on both sides, with the lines that differ. */
export async function changedFilesBetween(
  mirror: Mirror,
  { from, to, maxBytes }: { readonly from: Sha; readonly to: Sha | TreeId; readonly maxBytes: number },
): Promise<TextChanges> {
  const trees = ["diff-tree", "-r", "--no-renames", "--raw", "-p", "-z", "--no-textconv", "--no-ext-diff"];
  const answer = await askMirror(mirror, {
    doing: "Reading changed files",
    args: [...trees, `-U${WHOLE_FILE}`, "--end-of-options", from, to],
    config: NO_ATTRIBUTES,
    maxBytes,
  });
  const { entries, patch } = readRaw(answer.stdout.toString("utf8"));
  const sections = sectionsOf(patch);
  // The last section of an output that was cut is not whole.
  const whole = answer.cut ? sections.slice(0, -1) : sections;
  return join(entries, whole);
}

/** Raw records first, each ended by NUL; then an empty one, and the patch. */
function readRaw(output: string): { readonly entries: readonly Entry[]; readonly patch: string } {
  const entries: Entry[] = [];
  let at = 0;
  while (output[at] === ":") {
    const head = output.indexOf("\0", at);
    const tail = output.indexOf("\0", head + 1);
    if (head === -1 || tail === -1) break;
    const [oldMode = "", newMode = "", , , status = ""] = output.slice(at + 1, head).split(" ");
    const isFile = [oldMode, newMode].every((mode) => mode === "000000" || mode.startsWith("100"));
    entries.push({ path: output.slice(head + 1, tail), status, isFile });
    at = tail + 1;
  }
  return { entries, patch: output.slice(output[at] === "\0" ? at + 1 : at) };
}

/**
 * One a file, or two where a file became something else. Lines of a file never begin with `diff`: they are marked. Only a line
 * feed ends a line here; a regular expression would take a carriage return inside a file for an end as well.
 */
function sectionsOf(patch: string): readonly string[] {
  return patch === "" ? [] : `\n${patch}`.split("\ndiff --git ").slice(1);
}

/** Sections come in the order of the records. */
function join(entries: readonly Entry[], sections: readonly string[]): TextChanges {
  const files: TextChange[] = [];
  const unread: string[] = [];
  let next = 0;
  for (const { path, status, isFile } of entries) {
    const needed = status === "T" ? 2 : 1;
    const own = sections.slice(next, next + needed);
    next += needed;
    if (own.length < needed) unread.push(path);
    else if (isFile) files.push(readSection(path, status, own[0] ?? ""));
  }
  return { files, unread };
}

function readSection(path: string, status: string, section: string): TextChange {
  const start = section.indexOf("\n@@ ");
  if (start === -1 && section.includes("\nBinary files "))
    return { path, before: null, after: null, removed: new Set(), added: new Set() };
  const before: string[] = [];
  const after: string[] = [];
  const removed = new Set<number>();
  const added = new Set<number>();
  let last: "both" | "before" | "after" = "both";
  const ended = { before: true, after: true };
  const lines =
    start === -1
      ? []
      : section
          .slice(start + 1)
          .replace(/\n$/, "")
          .split("\n")
          .slice(1);
  for (const line of lines) {
    const mark = line[0];
    if (mark === "\\") {
      if (last !== "after") ended.before = false;
      if (last !== "before") ended.after = false;
      continue;
    }
    last = mark === "-" ? "before" : mark === "+" ? "after" : "both";
    if (last !== "after") before.push(line.slice(1));
    if (last !== "before") after.push(line.slice(1));
    if (last === "before") removed.add(before.length);
    if (last === "after") added.add(after.length);
  }
  const isUnread = lines.length === 0 && status !== "A" && status !== "D";
  return {
    path,
    before: status === "A" || isUnread ? null : text(before, ended.before),
    after: status === "D" || isUnread ? null : text(after, ended.after),
    removed,
    added,
  };
}

function text(lines: readonly string[], isEnded: boolean): string {
  return lines.length === 0 ? "" : lines.join("\n") + (isEnded ? "\n" : "");
}
