import type { Objection } from "../domain/objection.ts";
import { testsOf } from "../domain/waves/testFiles.ts";
import type { GateContext } from "./context.ts";
import { fingerprint } from "./fingerprint.ts";
import type { ChangedFile } from "./judged.ts";
import { pathMatcher } from "./pathMatcher.ts";

/** More places outside the plan than this say no more than so many. */
const MAX_NAMED = 50;

/**
 * Files that a change writes although its plan neither names nor expects them. A plan that names none says nothing.
 *
 * Warns; blocks where the category is a strict one and the plan wrote its files out. Tests of planned sources and generated
 * files belong to what they come with.
 */
export function judgeUnplanned(files: readonly ChangedFile[], context: GateContext): readonly Objection[] {
  const { followsPlan, plannedFiles, expectedFiles, generated, isStrict } = context;
  if (!followsPlan || plannedFiles.length + expectedFiles.length === 0) return [];
  const isExpected = pathMatcher([...plannedFiles, ...expectedFiles, ...generated]);
  const paths = new Set(files.map(({ path }) => path));
  const tests = new Set(files.filter(({ path }) => isExpected(path)).flatMap(({ path }) => [...testsOf(path, paths)]));
  const level = isStrict && plannedFiles.length > 0 ? "blocks" : "warns";
  return files
    .filter(({ path }) => !isExpected(path) && !tests.has(path))
    .slice(0, MAX_NAMED)
    .map(({ path, before, after }): Objection => {
      const about = { ruleSet: "unplanned", rule: "file_outside_plan", path } as const;
      const isGone = after === null && before !== null;
      return {
        ...about,
        level,
        message: `The plan of this phase does not foresee that this file is ${isGone ? "deleted" : before === null ? "added" : "changed"}.`,
        remedy:
          "Undo it where the task can do without it; else say in the summary why it is needed, or have the plan name the file.",
        lines: null,
        side: isGone ? "before" : "after",
        fingerprint: fingerprint(about, ""),
      };
    });
}
