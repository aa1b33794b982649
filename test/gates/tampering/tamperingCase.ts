import { expect, test } from "vitest";
import { judgeTampering } from "../../../src/gates/tampering/judgeTampering.ts";
import { changedFile } from "./changedFile.ts";

/** One file's change. */
export type Edit = readonly [path: string, before: string | null, after: string | null];

export interface TamperingCase {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The rules that object, each once, in the order of the alphabet. */
  readonly rules: readonly string[];
  readonly planned?: readonly string[];
}

export async function rulesOf(edits: readonly Edit[], planned: readonly string[] = []): Promise<readonly string[]> {
  const objections = await judgeTampering(
    edits.map(([path, before, after]) => changedFile(path, before, after)),
    { planned },
  );
  return objections.map(({ rule, level }) => (level === "warns" ? `${rule} (warns)` : rule)).toSorted();
}

/** Each row is a change and the rules that object to it, as often as they do. None: it is a change like any other. */
export function judgesEach(cases: readonly TamperingCase[]): void {
  test.each(cases.map((each) => [each.name, each] as const))("%s", async (_, { edits, rules, planned }) => {
    expect(await rulesOf(edits, planned)).toEqual(rules.toSorted());
  });
}

/** Rows of one file: a name, the text before, the text after, and the rules. */
export function inFile(
  path: string,
  rows: readonly (readonly [name: string, before: string, after: string, ...rules: readonly string[]])[],
): readonly TamperingCase[] {
  return rows.map(([name, before, after, ...rules]) => ({ name, edits: [[path, before, after]], rules }));
}
