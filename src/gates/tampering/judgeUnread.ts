import type { ChangedFile } from "../judged.ts";
import { familyOf, languageOf } from "../syntax/language.ts";
import type { Parsing } from "../syntax/parseSource.ts";
import { shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import { isTestPath, looksLikeTest } from "./testPaths.ts";

/** A changed file as its two sides could be read. Null: there is no such side. */
export interface ReadFile {
  readonly file: ChangedFile;
  readonly before: Parsing | null;
  readonly after: Parsing | null;
}

/** Tests that cannot be read: deleted ones of other languages, and ones too large to parse. */
export function judgeUnread(files: readonly ReadFile[]): readonly Charge[] {
  const added = new Set(
    files.flatMap(({ file }) => (file.before === null ? [nameOf(file.path), file.after ?? ""] : [])),
  );
  return files.flatMap((each) => {
    const { file } = each;
    if (isGoneTest(each) && !added.has(nameOf(file.path)) && !added.has(file.before ?? "")) return [gone(file.path)];
    return isTestLike(file.path) && (isTooMuch(each.before) || isTooMuch(each.after)) ? [unjudged(file.path)] : [];
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function isGoneTest({ file, before }: ReadFile): boolean {
  return file.after === null && before !== null && isOther(file.path) && looksLikeTest(file.path);
}

function isOther(path: string): boolean {
  const language = languageOf(path);
  return language === null || familyOf(language) === "other";
}

function isTestLike(path: string): boolean {
  const language = languageOf(path);
  return language !== null && isTestPath(path, familyOf(language));
}

function isTooMuch(side: Parsing | null): boolean {
  return side?.kind === "unread" && side.why !== "unknown";
}

function gone(path: string): Charge {
  return {
    rule: "test_file_deleted",
    level: "blocks",
    message: `The test file ${shown(path)} is deleted.`,
    remedy: "Put the file back; tests of code that is gone on purpose are taken away by a maintainer's override.",
    path,
    lines: null,
    side: "before",
    code: "file",
  };
}

function unjudged(path: string): Charge {
  return {
    rule: "could_not_judge",
    level: "warns",
    message: `What happened to the tests in ${shown(path)} could not be told: the file cannot be parsed.`,
    remedy: "Keep test files small enough to read, and free of syntax errors.",
    path,
    lines: null,
    side: "after",
    code: "unread",
  };
}

/**
 * Where the parser stumbles over changed lines, tests may only look gone. What is still there as text is then no more than a
 * doubt, one a file.
 */
export function withDoubts(charges: readonly Charge[], files: readonly ReadFile[]): readonly Charge[] {
  const broken = new Map(files.filter(isBroken).map(({ file }) => [file.path, file]));
  const doubted = new Set<string>();
  const sure = charges.filter((charge) => {
    const file = broken.get(charge.path);
    if (file === undefined || charge.side !== "before" || !isStillText(charge, file)) return true;
    doubted.add(charge.path);
    return false;
  });
  return [...sure, ...[...doubted].map(unjudged)];
}

function isBroken({ file, before, after }: ReadFile): boolean {
  return brokenOn(before, file.removed) || brokenOn(after, file.added);
}

function brokenOn(side: Parsing | null, changed: ReadonlySet<number>): boolean {
  return side?.kind === "parsed" && [...side.parsed.brokenLines].some((line) => changed.has(line));
}

function isStillText({ lines }: Charge, { before, after }: ChangedFile): boolean {
  if (lines === null || before === null || after === null) return false;
  const said = (before.split("\n")[lines.start - 1] ?? "").trim();
  return said !== "" && after.includes(said);
}
