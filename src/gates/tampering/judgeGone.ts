import { familyOf, languageOf } from "../syntax/language.ts";
import { textOf } from "../syntax/syntaxNode.ts";
import { linesOf, shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import type { Matched } from "./matchTests.ts";
import { isCollected, isTestPath } from "./testPaths.ts";
import { assertedBy, isLive } from "./testChange.ts";
import type { Kept, TestChange } from "./testChange.ts";
import type { PlacedAssertion, TestCase, TestFile } from "./testFile.ts";

interface Around {
  readonly changes: readonly TestChange[];
  readonly before: readonly TestFile[];
  readonly after: readonly TestFile[];
  /** Assertions that are new where they stand. */
  readonly pool: readonly PlacedAssertion[];
}

/** Tests that are gone, or will not be found by a runner any more, and data that they are no longer run with. */
export function judgeGone(matched: Matched, around: Around): readonly Charge[] {
  const { gone, rowsShort } = withoutTables(matched);
  const lost = gone.filter((test) => !isSpread(test, around));
  const byPath = Map.groupBy(lost, ({ path }) => path);
  return [
    ...[...byPath].flatMap(([path, tests]) => goneFrom(path, tests, around)),
    ...rowsShort.map(fewerRows),
    ...uncollected(matched.kept),
    ...emptied(matched.kept),
  ];
}

/**
 * One test with a table may stand for many, and many for one with a table: the sets of data that came or went in a file are
 * counted against the tests that did.
 */
function withoutTables({ kept, gone, added }: Matched): {
  readonly gone: readonly TestCase[];
  readonly rowsShort: readonly Kept[];
} {
  const room = new Map<string, number>();
  const add = (path: string, count: number): void => void room.set(path, (room.get(path) ?? 0) + count);
  for (const { path, rows } of added) if (rows !== null) add(path, rows);
  for (const pair of kept) add(pair.after.path, Math.max(0, rowsGained(pair)));
  const left = gone.filter((test) => !takes(room, test));
  for (const { path, rows } of added) if (rows === null) add(path, 1);
  const rowsShort = kept.filter((pair) => {
    const short = -rowsGained(pair);
    const there = room.get(pair.after.path) ?? 0;
    if (short <= 0 || there < short) return short > 0;
    add(pair.after.path, -short);
    return false;
  });
  return { gone: left.filter((test) => !takesRows(room, test)), rowsShort };
}

function rowsGained({ before, after }: Kept): number {
  if (before.rows === null && after.rows === null) return 0;
  return (after.rows ?? (before.rows === null ? 1 : before.rows)) - (before.rows ?? 1);
}

function takes(room: Map<string, number>, { path, rows }: TestCase): boolean {
  const there = room.get(path) ?? 0;
  if (rows !== null || there < 1) return false;
  room.set(path, there - 1);
  return true;
}

/** A table that is now written out as tests. */
function takesRows(room: Map<string, number>, { path, rows }: TestCase): boolean {
  const there = room.get(path) ?? 0;
  if (rows === null || there < rows) return false;
  room.set(path, there - rows);
  return true;
}

/** Whether all that a test asserted is asserted by others now: it was split, or merged into one. */
function isSpread(test: TestCase, { before, pool }: Around): boolean {
  const asserted = assertedBy(test, before).filter(isLive);
  const now = new Set(pool.map(({ text }) => text));
  return asserted.length > 0 && asserted.every(({ text }) => now.has(text));
}

function goneFrom(path: string, tests: readonly TestCase[], around: Around): readonly Charge[] {
  const change = around.changes.find((each) => each.file.path === path);
  const isFileGone = change?.file.after === null;
  const all = change?.before?.cases.length ?? 0;
  if (isFileGone && tests.length === all) return [wholeFile(path, tests)];
  return tests.map((test) => deleted(test, around));
}

function wholeFile(path: string, tests: readonly TestCase[]): Charge {
  const count = tests.length === 1 ? "its test" : `its ${tests.length} tests`;
  return {
    rule: "test_file_deleted",
    level: "blocks",
    message: `The test file ${shown(path)} is deleted with ${count}, and none of them is elsewhere.`,
    remedy: "Put the file back; tests of code that is gone on purpose are taken away by a maintainer's override.",
    path,
    lines: null,
    side: "before",
    code: tests.map(({ title }) => title).join("\n"),
  };
}

function deleted(test: TestCase, { after }: Around): Charge {
  const renamed = after
    .flatMap(({ functions }) => [...functions])
    .find(([name, text]) => name !== test.name && text !== "" && text === test.text);
  const where = renamed === undefined ? "" : ` Its code is in ${shown(renamed[0])}, which no test runner calls.`;
  return {
    rule: "test_deleted",
    level: "blocks",
    message: `The test ${shown(test.title)} is gone.${where}`,
    remedy: "Put the test back; one that is renamed or moved keeps what it asserts.",
    path: test.path,
    lines: linesOf(test.node),
    side: "before",
    code: test.title,
  };
}

function fewerRows({ before, after }: Kept): Charge {
  return {
    rule: "test_cases_removed",
    level: "blocks",
    message: `The test ${shown(after.title)} ran with ${before.rows ?? 1} sets of data, and now with ${after.rows ?? 1}.`,
    remedy: "Put the sets of data back.",
    path: after.path,
    lines: linesOf(after.node),
    side: "after",
    code: `rows ${after.title}`,
  };
}

/** Moved to where a runner does not look. */
function uncollected(kept: readonly Kept[]): readonly Charge[] {
  const moved = kept.filter(({ before, after }) => before.path !== after.path && isLostBy(before.path, after.path));
  const byPath = Map.groupBy(moved, ({ after }) => after.path);
  return [...byPath].map(([path, tests]) => ({
    rule: "test_not_collected",
    level: "blocks",
    message: `${tests.length === 1 ? "A test" : `${tests.length} tests`} moved from ${shown(tests[0]?.before.path ?? "")} to a place where test runners do not look.`,
    remedy: "Keep the tests in a file whose name and folder the test runner collects.",
    path,
    lines: null,
    side: "after",
    code: tests.map(({ after }) => after.title).join("\n"),
  }));
}

function isLostBy(from: string, to: string): boolean {
  const language = languageOf(from);
  if (language === null) return false;
  const family = familyOf(language);
  if (isCollected(from, family) === true) return isCollected(to, family) === false;
  return family !== "rust" && isTestPath(from, family) && !isTestPath(to, family);
}

/** Still there by name, without anything to run. */
export function isEmptied({ before, after }: Kept): boolean {
  return before.words.length > 2 && after.words.length <= 2;
}

function emptied(kept: readonly Kept[]): readonly Charge[] {
  return kept
    .filter((pair) => isEmptied(pair) && !isAnnounced(pair.after))
    .map(({ after }) => ({
      rule: "test_deleted",
      level: "blocks",
      message: `The test ${shown(after.title)} has nothing in it any more.`,
      remedy: "Put the body of the test back.",
      path: after.path,
      lines: linesOf(after.node),
      side: "after",
      code: after.title,
    }));
}

/** That is another objection: it is skipped. */
function isAnnounced({ node }: TestCase): boolean {
  return /^(?:\w+\.(?:todo|skip)\b|x)/.test(textOf(node));
}
