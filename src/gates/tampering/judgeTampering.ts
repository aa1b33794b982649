import { setImmediate } from "node:timers/promises";
import type { Objection } from "../../domain/objection.ts";
import type { ChangedFile } from "../judged.ts";
import { parseSource } from "../syntax/parseSource.ts";
import type { ParsedSource } from "../syntax/parseSource.ts";
import { toObjections } from "./charge.ts";
import type { Charge } from "./charge.ts";
import { isWorthReading } from "./isWorthReading.ts";
import { judgeChecks } from "./judgeChecks.ts";
import { judgeCi } from "./judgeCi.ts";
import { judgeSnapshots } from "./judgeSnapshots.ts";
import { judgeTests } from "./judgeTests.ts";
import { judgeUnread, withDoubts } from "./judgeUnread.ts";
import type { ReadFile } from "./judgeUnread.ts";
import { newMarks } from "./mark.ts";
import type { Mark } from "./mark.ts";
import { mocksIn } from "./mocks.ts";
import { skipsIn } from "./skips.ts";
import { suppressionsIn } from "./suppressions.ts";
import { readTests } from "./testFile.ts";
import type { TestFile } from "./testFile.ts";

export interface TamperingOptions {
  /** Globs of what the plan says is to be changed: CI files among them may be edited, though not weakened. */
  readonly planned: readonly string[];
}

/**
 * What a change does to the checks that judge it: tests taken away, skipped or emptied, checks told to look away, thresholds
 * lowered, CI and the configuration of checks edited. By syntax, for changed lines, and the same for the same change.
 *
 * Files are looked at together: what moved from one to another is not gone. Never throws for what a file holds.
 */
export async function judgeTampering(
  files: readonly ChangedFile[],
  options: TamperingOptions,
): Promise<readonly Objection[]> {
  const changed = files.filter(({ before, after }) => before !== after);
  const seen = await seeAll(changed);
  const charges: readonly Charge[] = [
    ...judgeTests(seen.map(({ file, before, after }) => ({ file, before: before.tests, after: after.tests }))),
    ...newMarks(
      seen.map(({ file: { path, added }, before, after }) => ({
        path,
        added,
        before: before.marks,
        after: after.marks,
      })),
    ),
    ...judgeSnapshots(changed),
  ];
  const read = seen.map(({ file, before, after }) => ({ file, before: before.parsing, after: after.parsing }));
  const more = [...judgeChecks(read), ...judgeCi(changed, options), ...judgeUnread(read)];
  return toObjections(withDoubts([...charges, ...more], read));
}

/** One side of a changed file: how it could be read, and what there is in it to be judged. */
interface Side {
  readonly parsing: ReadFile["before"];
  readonly tests: TestFile | null;
  readonly marks: readonly Mark[];
}

interface SeenFile {
  readonly file: ChangedFile;
  readonly before: Side;
  readonly after: Side;
}

/** One after the other: each parse takes its memory from one pool. What else the process does has its turn in between. */
async function seeAll(files: readonly ChangedFile[]): Promise<readonly SeenFile[]> {
  const seen: SeenFile[] = [];
  for (const file of files) {
    const read = isWorthReading(file) ? readSide : passedOver;
    seen.push({ file, before: await read(file.path, file.before), after: await read(file.path, file.after) });
  }
  return seen;
}

/** As if there were no grammar for it. */
async function passedOver(_: string, text: string | null): Promise<Side> {
  const parsing = text === null ? null : ({ kind: "unread", why: "unknown" } as const);
  return Promise.resolve({ parsing, tests: null, marks: [] });
}

async function readSide(path: string, text: string | null): Promise<Side> {
  if (text === null) return { parsing: null, tests: null, marks: [] };
  const parsing = await parseSource(path, text);
  if (parsing.kind !== "parsed") return { parsing, tests: null, marks: [] };
  await setImmediate();
  const { parsed } = parsing;
  const tests = readTests(path, parsed);
  await setImmediate();
  const marks = marksIn(parsed, tests);
  await setImmediate();
  return { parsing, tests: parsed.family === "other" ? null : tests, marks };
}

function marksIn({ root, family }: ParsedSource, { path, isTest }: TestFile): readonly Mark[] {
  const ofTests = isTest ? [...skipsIn(root, family), ...mocksIn(root, { path, family })] : [];
  return [...suppressionsIn(root, family), ...ofTests];
}
