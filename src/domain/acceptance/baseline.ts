import type { TestCase } from "./testReport.ts";

/** What a command says of a base, before any change. */
export interface Baseline {
  readonly exitCode: number;
  /** By test; null when there was no report that could be read. */
  readonly outcomes: Readonly<Record<string, TestCase["outcome"]>> | null;
}

/** Two runs of a test command, before and after a change, test by test. All lists are sorted. */
export interface Comparison {
  /** Passed before, fail now. */
  readonly regressed: readonly string[];
  /** Passed before, and are not there any more. */
  readonly gone: readonly string[];
  /** Were not there before. */
  readonly added: readonly string[];
  /** Did not pass before, pass now. */
  readonly mended: readonly string[];
  /** Passed before. */
  readonly passedBefore: number;
}

export function compareOutcomes(
  before: Readonly<Record<string, TestCase["outcome"]>>,
  after: ReadonlyMap<string, TestCase["outcome"]>,
): Comparison {
  const names = Object.keys(before);
  const passed = names.filter((name) => before[name] === "passed");
  return {
    regressed: passed.filter((name) => after.get(name) === "failed").toSorted(),
    gone: passed.filter((name) => !after.has(name)).toSorted(),
    added: [...after.keys()].filter((name) => !Object.hasOwn(before, name)).toSorted(),
    mended: [...after.keys()].filter((name) => after.get(name) === "passed" && before[name] !== "passed").toSorted(),
    passedBefore: passed.length,
  };
}
