import { globMatcher } from "../../config/globMatcher.ts";
import type { Validator } from "../../domain/acceptance/acceptance.ts";
import type { Change } from "../../domain/change.ts";
import { counted, failed, observation, passed, someOf } from "./judgement.ts";
import type { Judgement } from "./judgement.ts";

/** Test files that the change leaves new or different. */
export function changedTestFiles(changes: readonly Change[], globs: readonly string[]): readonly Change[] {
  const isTest = globMatcher(globs);
  return changes.filter(({ path, status, kind }) => {
    return status !== "deleted" && (kind === "file" || kind === "executable") && isTest(path);
  });
}

/**
 * Counts the tests that the change brings: test files with added lines, or, where the reports of other validators show more,
 * test cases that were not there before. The result says which.
 */
export function judgeTests(
  { minTests, globs }: Extract<Validator, { type: "test_enforcement" }>,
  changes: readonly Change[],
  newCases: number | null,
): Judgement {
  const files = changedTestFiles(changes, globs).filter(
    ({ linesAdded, status }) => linesAdded > 0 || status === "added",
  );
  const expected = `at least ${counted(minTests, "new or changed test")}`;
  const paths = files.map(({ path }) => `\`${path}\``);
  const inFiles = `${counted(files.length, "test file")} with added lines${files.length === 0 ? "" : ` (${someOf(paths)})`}`;
  const inCases = newCases === null ? "" : `, ${counted(newCases, "new test case")} by the reports`;
  const got = `${inFiles}${inCases}`;
  const count = Math.max(files.length, newCases ?? 0);
  if (count >= minTests) return passed({ expected }, got);
  const title =
    count === 0 ? "The change brings no tests" : `The change brings ${counted(count, "test")} of ${minTests}`;
  return failed({ expected, score: count / minTests }, got, [observation("test", title)]);
}
