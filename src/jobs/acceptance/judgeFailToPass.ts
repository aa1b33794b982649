import type { Validator } from "../../domain/acceptance/acceptance.ts";
import { compareOutcomes } from "../../domain/acceptance/baseline.ts";
import { patchSections } from "../../domain/acceptance/patchSections.ts";
import { asArguments, TEST_FILES_VARIABLE } from "../../domain/acceptance/testFiles.ts";
import { outcomesOf } from "../../domain/acceptance/testReport.ts";
import type { TestCase } from "../../domain/acceptance/testReport.ts";
import type { TreeId } from "../../domain/ids.ts";
import { outputOf } from "./judgeCommand.ts";
import { counted, failed, observation, passed, someOf, unjudged } from "./judgement.ts";
import type { Judgement } from "./judgement.ts";
import type { JudgingRoom } from "./judgingRoom.ts";
import { changedTestFiles } from "./judgeTests.ts";
import { install, layOutTree, outcomeText } from "./layOutTree.ts";
import { logName, runTests } from "./runTests.ts";
import type { TestCommand, TestRun } from "./runTests.ts";

type FailToPass = Extract<Validator, { type: "fail_to_pass" }>;

/** Runs the change's tests on the code before it, with only its test files in place, and on the change itself. */
export async function judgeFailToPass(validator: FailToPass, room: JudgingRoom): Promise<Judgement | null> {
  const expected = `${validator.tests.length === 0 ? "tests of the change" : counted(validator.tests.length, "named test")} fail before it and pass with it`;
  const paths = changedTestFiles(room.changes, validator.globs).map(({ path }) => path);
  if (paths.length === 0 && validator.tests.length === 0) {
    const title = "The change brings no tests that could show that it works";
    return failed({ expected }, "no test file is new or changed", [observation("test", title)]);
  }
  const command: TestCommand = {
    ...validator,
    env: { [TEST_FILES_VARIABLE]: asArguments(paths) },
    log: logName(room.work, validator.name),
  };
  const before = await runBefore(command, paths, room);
  if (before === null) return null;
  if (before.kind === "unjudged") return unjudged({ expected, log: before.log }, before.why);
  const taken = await room.trees.take();
  if (taken === null) return null;
  if (taken.kind === "failed") return unjudged({ expected, log: taken.log }, taken.why);
  const after = await runTests(command, taken.tree);
  return after === null ? null : compared(validator, { before: before.run, after }, expected);
}

type Before =
  | { readonly kind: "ran"; readonly run: TestRun }
  | { readonly kind: "unjudged"; readonly why: string; readonly log: TestRun["result"]["log"] | null };

async function runBefore(command: TestCommand, paths: readonly string[], room: JudgingRoom): Promise<Before | null> {
  const placed = await onlyTests(paths, room);
  if (placed === null)
    return { kind: "unjudged", why: "the change's test files do not fit the code before it", log: null };
  const tree = await layOutTree({ commit: room.work.commit, tree: placed }, room);
  try {
    const installed = await install(tree, room);
    if (installed === null) return null;
    if (installed.kind === "failed") return { ...installed, kind: "unjudged" };
    const run = await runTests({ ...command, log: `${command.log} (before)` }, tree);
    if (run === null) return null;
    const { outcome, log } = run.result;
    if (outcome.kind !== "exited") return { kind: "unjudged", why: `before the change: ${outcomeText(outcome)}`, log };
    return { kind: "ran", run };
  } finally {
    await tree.dispose();
  }
}

/** The tree before the change, with the change's test files. Null when it cannot be had. */
async function onlyTests(paths: readonly string[], { work, deps, patch }: JudgingRoom): Promise<TreeId | null> {
  const { repository, commit } = work;
  const wanted = new Set(paths);
  const sections = patchSections(patch).filter(({ path }) => wanted.has(path));
  if (sections.length < wanted.size) return null;
  if (sections.length === 0) return deps.git.treeOf(repository, commit);
  const bytes = Buffer.from(sections.map(({ text }) => text).join(""), "latin1");
  const outcome = await deps.git.apply(repository, { bytes, base: commit, onto: commit });
  return outcome.kind === "applied" ? outcome.tree : null;
}

interface Runs {
  readonly before: TestRun;
  readonly after: TestRun;
}

function compared(validator: FailToPass, runs: Runs, expected: string): Judgement {
  const { before, after } = runs;
  const { log } = after.result;
  const ground = { expected, log };
  if (validator.report === null) return byExitCodes(validator, runs, ground);
  if (after.report.kind === "junk") return unjudged(ground, after.report.error);
  if (after.report.kind === "none") {
    if (isGreen(after)) return unjudged(ground, `it left no report at \`${validator.report}\``);
    return stillFailing(validator, after, ground);
  }
  const outcomes = outcomesOf(after.report.report);
  // Where the tests could not even be run before, as when they import what was not there, there is no report: then none passed.
  if (before.report.kind !== "ok" && isGreen(before))
    return unjudged(ground, "before the change it left no report that can be read");
  const earlier =
    before.report.kind === "ok" ? outcomesOf(before.report.report) : new Map<string, TestCase["outcome"]>();
  const { mended } = compareOutcomes(Object.fromEntries(earlier), outcomes);
  return validator.tests.length === 0
    ? byDetection(validator, { mended, after, outcomes }, ground)
    : byName(validator, { earlier, outcomes }, ground);
}

interface Ground {
  readonly expected: string;
  readonly log: TestRun["result"]["log"];
}

function byExitCodes(validator: FailToPass, { before, after }: Runs, ground: Ground): Judgement {
  if (!isGreen(after)) return stillFailing(validator, after, ground);
  const ends = `${outcomeText(before.result.outcome)} before, ${outcomeText(after.result.outcome)} with it`;
  if (!isGreen(before)) return passed(ground, ends);
  const title = "The tests of the change pass without it as well";
  return failed(ground, `${ends}: they pass without the change as well`, [observation("test", title)]);
}

function byDetection(
  validator: FailToPass,
  {
    mended,
    after,
    outcomes,
  }: {
    readonly mended: readonly string[];
    readonly after: TestRun;
    readonly outcomes: ReadonlyMap<string, TestCase["outcome"]>;
  },
  ground: Ground,
): Judgement {
  if (!isGreen(after)) return stillFailing(validator, after, ground);
  if (mended.length > 0) return passed(ground, `${counted(mended.length, "test")}: ${someOf(mended)}`);
  const got = `all of ${counted(outcomes.size, "test")} that pass with the change pass without it as well`;
  return failed(ground, got, [observation("test", "The tests of the change pass without it as well")]);
}

function byName(
  { tests }: FailToPass,
  { earlier, outcomes }: Readonly<Record<"earlier" | "outcomes", ReadonlyMap<string, TestCase["outcome"]>>>,
  ground: Ground,
): Judgement {
  const faults = tests.flatMap((test) => {
    const [before, after] = [outcomeNamed(test, earlier), outcomeNamed(test, outcomes)];
    if (after === null) return [`the test “${test}” is not in the report`];
    if (after !== "passed")
      return [`the test “${test}” ${after === "failed" ? "fails" : "is skipped"} with the change`];
    return before === "passed" ? [`the test “${test}” passes without the change as well`] : [];
  });
  if (faults.length === 0) return passed(ground, `so do all: ${someOf(tests)}`);
  const observations = faults.map((fault) => observation("test", `T${fault.slice(1)}`));
  return failed({ ...ground, score: 1 - faults.length / tests.length }, someOf(faults), observations);
}

/** By its whole name, or by its own name without the suite; then the worst of those that are called so. */
function outcomeNamed(test: string, outcomes: ReadonlyMap<string, TestCase["outcome"]>): TestCase["outcome"] | null {
  const exact = outcomes.get(test);
  if (exact !== undefined) return exact;
  const all = new Set([...outcomes].filter(([name]) => name.endsWith(` › ${test}`)).map(([, outcome]) => outcome));
  return (["failed", "skipped", "passed"] as const).find((outcome) => all.has(outcome)) ?? null;
}

function stillFailing({ name }: FailToPass, { result }: TestRun, ground: Ground): Judgement {
  const detail = outputOf(result);
  return failed(ground, `with the change: ${outcomeText(result.outcome)}`, [
    observation("test", `“${name}” fails with the change`, { detail }),
  ]);
}

function isGreen({ result: { outcome } }: TestRun): boolean {
  return outcome.kind === "exited" && outcome.code === 0;
}
