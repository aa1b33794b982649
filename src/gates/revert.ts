import type { Objection } from "../domain/objection.ts";
import type { GateContext } from "./context.ts";
import { fingerprint } from "./fingerprint.ts";
import type { ChangedFile } from "./judged.ts";

/** What an earlier commit did to one file. */
export interface EarlierPatch {
  readonly sha: string;
  readonly path: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The share of an earlier change's lines that has to be undone, and what counts as enough lines to be no accident. */
const SHARE = 0.8;
const MIN_BOTH = 2;
const MIN_ONE_SIDED = 5;

/** Words by which a plan says that something is to be undone. */
const UNDOING =
  /\b(?:revert|reverts|undo|undoes|undone|roll(?:ed|ing|s)?[ -]?back|back(?:ed|s|ing)? out|restore[sd]?|put back)\b/i;
const REMOVING =
  /\b(?:remov(?:e|es|ed|ing|al)|delet(?:e|es|ed|ing|ion)|drop(?:s|ped)?|take out|clean(?:ed|s)? up|retire[sd]?)\b/i;

/**
 * Changes that silently undo what landed lately in the same file, as when an agent writes an older version of it from memory.
 *
 * Blocks where an earlier commit's lines go and the lines that it took out come back, unless the plan says that something is to
 * be undone or names the commit. Warns where only one half of it is there, which other work may well do.
 */
export function judgeRevert(
  files: readonly ChangedFile[],
  earlier: readonly EarlierPatch[],
  { planText }: GateContext,
): readonly Objection[] {
  if (earlier.length === 0 || UNDOING.test(planText)) return [];
  return files.flatMap((file) => {
    const change = changeOf(file);
    const undone = earlier.filter(({ path, sha }) => path === file.path && !planText.includes(sha.slice(0, 7)));
    const found = undone.flatMap((patch) => judge(file, change, patch) ?? []);
    return found
      .filter(({ rule }) => rule !== "lately_added_removed" || !REMOVING.test(planText))
      .toSorted((left, right) => Number(right.level === "blocks") - Number(left.level === "blocks"))
      .slice(0, 1);
  });
}

interface Lines {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

function changeOf({ before, after, removed, added }: ChangedFile): Lines {
  return { removed: linesAt(before, removed), added: linesAt(after, added) };
}

function linesAt(text: string | null, numbers: ReadonlySet<number>): readonly string[] {
  const lines = (text ?? "").split("\n");
  return [...numbers].map((number) => lines[number - 1] ?? "");
}

function judge(file: ChangedFile, change: Lines, patch: EarlierPatch): Objection | null {
  const came = significant(patch.added);
  const went = significant(patch.removed);
  const takesOut = came.length > 0 && shareOf(came, change.removed) >= SHARE;
  const putsBack = went.length > 0 && shareOf(went, change.added) >= SHARE;
  if (takesOut && putsBack && came.length + went.length >= MIN_BOTH)
    return objection(file, patch, { rule: "reverted", level: "blocks" });
  // What only ever added, or only ever took out, can be undone on its one side only.
  if (takesOut && went.length === 0 && came.length >= MIN_ONE_SIDED && file.after !== null)
    return objection(file, patch, { rule: "lately_added_removed", level: "warns" });
  if (putsBack && came.length === 0 && went.length >= MIN_ONE_SIDED)
    return objection(file, patch, { rule: "lately_removed_added", level: "warns" });
  return null;
}

/** Lines that say something: brackets and blanks are in every change. */
function significant(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => /[\p{L}\p{N}].*[\p{L}\p{N}]/u.test(line));
}

function shareOf(lines: readonly string[], among: readonly string[]): number {
  const left = new Map<string, number>();
  for (const line of significant(among)) left.set(line, (left.get(line) ?? 0) + 1);
  let found = 0;
  for (const line of lines) {
    const many = left.get(line) ?? 0;
    if (many === 0) continue;
    left.set(line, many - 1);
    found += 1;
  }
  return found / lines.length;
}

const MESSAGES = {
  reverted: "undoes what {sha} did to this file: its lines go, and those it took out come back.",
  lately_added_removed: "takes out what {sha} lately added to this file.",
  lately_removed_added: "brings back what {sha} lately took out of this file.",
} as const;

function objection(
  { path, added, removed, after }: ChangedFile,
  { sha }: EarlierPatch,
  { rule, level }: { readonly rule: keyof typeof MESSAGES; readonly level: Objection["level"] },
): Objection {
  const about = { ruleSet: "revert", rule, path } as const;
  const isAfter = after !== null && added.size > 0;
  const lines = [...(isAfter ? added : removed)];
  return {
    ...about,
    level,
    message: `The change ${MESSAGES[rule].replace("{sha}", sha.slice(0, 7))}`,
    remedy:
      "Start from the file as it is now, and keep what others have changed in it; say so where the task is to undo it.",
    lines: lines.length === 0 ? null : { start: Math.min(...lines), end: Math.min(...lines) },
    side: isAfter ? "after" : "before",
    fingerprint: fingerprint(about, sha),
  };
}
