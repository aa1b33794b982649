import type { Validator } from "../../domain/acceptance/acceptance.ts";
import { caseName } from "../../domain/acceptance/testReport.ts";
import type { TestReport } from "../../domain/acceptance/testReport.ts";
import { cutText, plainBlock } from "../../domain/plainText.ts";
import type { CommandResult } from "../runCommand.ts";
import { failed, observation, passed, someOf, unjudged } from "./judgement.ts";
import type { Judgement, Observation } from "./judgement.ts";
import type { JudgingRoom } from "./judgingRoom.ts";
import { outcomeText } from "./layOutTree.ts";
import { logName, runTests } from "./runTests.ts";
import type { TestRun } from "./runTests.ts";

type CommandValidator = Extract<Validator, { type: "test_pass" | "lint_clean" }>;

const MAX_OBSERVATIONS = 20;
const MAX_DETAIL_LENGTH = 4000;

/** Runs tests or a linter. The exit code decides, and beside it, where it should be 0, the report: not a single test may fail. */
export async function judgeCommand(validator: CommandValidator, room: JudgingRoom): Promise<Judgement | null> {
  const { expectedExit, report: reportPath } = validator;
  const expected = `exit ${expectedExit}${reportPath === null || expectedExit !== 0 ? "" : " and no failed test"}`;
  const taken = await room.trees.take();
  if (taken === null) return null;
  if (taken.kind === "failed") return unjudged({ expected, log: taken.log }, taken.why);
  const run = await runTests({ ...validator, log: logName(room.work, validator.name) }, taken.tree);
  return run === null ? null : judgeRun(validator, run, expected);
}

function judgeRun(validator: CommandValidator, { result, report }: TestRun, expected: string): Judgement {
  const { outcome, log } = result;
  const hasExited = outcome.kind === "exited" && outcome.code === validator.expectedExit;
  const ended = outcomeText(outcome);
  if (report.kind === "junk" && hasExited) return unjudged({ expected, log }, `${ended}, and ${report.error}`);
  const cases = report.kind === "ok" ? report.report.cases : [];
  const failures = cases.filter(({ outcome: of }) => of === "failed");
  const got =
    report.kind === "ok" ? `${ended}; ${tally(report.report)}` : `${ended}${withoutReport(validator, report)}`;
  if (hasExited && (failures.length === 0 || validator.expectedExit !== 0)) return passed({ expected, log }, got);
  const ran = cases.filter(({ outcome: of }) => of !== "skipped").length;
  const score = failures.length === 0 ? 0 : 1 - failures.length / ran;
  return failed({ expected, log, score }, got, observationsOf(validator, failures, result));
}

function withoutReport(validator: CommandValidator, report: TestRun["report"]): string {
  if (report.kind === "junk") return `; ${report.error}`;
  return validator.report === null ? "" : `; it left no report at \`${validator.report}\``;
}

/** `3 passed, 1 failed (greets), 2 skipped`. */
export function tally({ cases }: TestReport): string {
  const count = (outcome: string): number => cases.filter((each) => each.outcome === outcome).length;
  const failures = cases.filter(({ outcome }) => outcome === "failed").map(caseName);
  const parts = [`${count("passed")} passed`, `${failures.length} failed`];
  if (failures.length > 0) parts[1] += ` (${someOf(failures)})`;
  if (count("skipped") > 0) parts.push(`${count("skipped")} skipped`);
  return parts.join(", ");
}

function observationsOf(
  validator: CommandValidator,
  failures: TestReport["cases"],
  result: CommandResult,
): readonly Observation[] {
  if (validator.type === "lint_clean" || failures.length === 0) {
    const source = validator.type === "lint_clean" ? "static_check" : "test";
    return [observation(source, `“${validator.name}” fails`, { detail: outputOf(result) })];
  }
  return failures
    .slice(0, MAX_OBSERVATIONS)
    .map((each) => observation("test", `The test “${caseName(each)}” fails`, { detail: each.message }));
}

/** The end of a command's output, for people and for the next attempt. */
export function outputOf({ tail }: CommandResult): string {
  const text = plainBlock(tail);
  return text.length <= MAX_DETAIL_LENGTH ? text : `…${cutText(text.slice(1 - MAX_DETAIL_LENGTH), MAX_DETAIL_LENGTH)}`;
}
