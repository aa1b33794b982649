import type { Validator } from "../../domain/acceptance/acceptance.ts";
import { compareOutcomes } from "../../domain/acceptance/baseline.ts";
import type { Baseline } from "../../domain/acceptance/baseline.ts";
import { outcomesOf } from "../../domain/acceptance/testReport.ts";
import type { TestReport } from "../../domain/acceptance/testReport.ts";
import { outputOf } from "./judgeCommand.ts";
import { counted, failed, observation, passed, someOf, unjudged } from "./judgement.ts";
import type { Judgement, Observation } from "./judgement.ts";
import type { JudgingRoom } from "./judgingRoom.ts";
import { outcomeText } from "./layOutTree.ts";
import { logName, runTests } from "./runTests.ts";
import type { TestRun } from "./runTests.ts";
import { takeBaseline } from "./takeBaseline.ts";

type NoRegression = Extract<Validator, { type: "no_regression" }>;

const EXPECTED = "what passes on the base still passes";
const MAX_OBSERVATIONS = 20;

/** Compares the tests with those of the base. What fails is run once more, and is flaky when it passes then. */
export async function judgeRegressions(validator: NoRegression, room: JudgingRoom): Promise<Judgement | null> {
  const taken = await takeBaseline(validator, room);
  if (taken === null) return null;
  if (taken.kind === "failed") return unjudged({ expected: EXPECTED, log: taken.log }, taken.why);
  const first = await tried(validator, room, logName(room.work, validator.name));
  if (first === null || "verdict" in first) return first;
  const { baseline } = taken;
  const seen = see(first, baseline);
  if (seen.kind === "unclear") return unjudged({ expected: EXPECTED, log: first.result.log }, seen.why);
  if (seen.broken.length === 0) return accepted(seen, first, []);
  const again = await tried(validator, room, `${logName(room.work, validator.name)} (again)`);
  if (again === null || "verdict" in again) return again;
  const second = see(again, baseline);
  const stillBroken = second.kind === "seen" ? seen.broken.filter((name) => second.broken.includes(name)) : seen.broken;
  const flaky = seen.broken.filter((name) => !stillBroken.includes(name)).map((name) => flakyObservation(name));
  if (stillBroken.length === 0) return accepted(seen, again, flaky);
  return refused({ validator, seen, broken: stillBroken, flaky }, again);
}

async function tried(validator: NoRegression, room: JudgingRoom, log: string): Promise<TestRun | Judgement | null> {
  const taken = await room.trees.take();
  if (taken === null) return null;
  if (taken.kind === "failed") return unjudged({ expected: EXPECTED, log: taken.log }, taken.why);
  return runTests({ ...validator, log }, taken.tree);
}

/** One run beside the baseline. `broken` names tests, or the command as a whole by `WHOLE`. */
type Seen =
  | { readonly kind: "unclear"; readonly why: string }
  | {
      readonly kind: "seen";
      readonly broken: readonly string[];
      readonly summary: string;
      readonly passedBefore: number;
      readonly gone: readonly string[];
      readonly newCases: number | null;
    };

/** Stands for the command where no test of its report explains that it fails. */
const WHOLE = "\u0000";

function see(run: TestRun, { exitCode, outcomes }: Baseline): Seen {
  const { outcome } = run.result;
  const isGreen = outcome.kind === "exited" && outcome.code === 0;
  const summary = `${outcomeText(outcome)}, on the base exit ${exitCode}`;
  const isWorse = !isGreen && exitCode === 0;
  if (outcomes === null || (run.report.kind !== "ok" && !isGreen)) {
    // A base with failing tests only: then nothing more can be said than that it is not worse.
    return { kind: "seen", broken: isWorse ? [WHOLE] : [], summary, passedBefore: 1, gone: [], newCases: null };
  }
  if (run.report.kind !== "ok") {
    return { kind: "unclear", why: run.report.kind === "junk" ? run.report.error : "it left no report this time" };
  }
  const compared = compareOutcomes(outcomes, outcomesOf(run.report.report));
  const isExplained = !isWorse || hasFailure(run.report.report);
  return {
    kind: "seen",
    broken: isExplained ? compared.regressed : [...compared.regressed, WHOLE],
    summary: `${counted(compared.passedBefore, "test")} passed on the base, ${compared.regressed.length} of them fail`,
    passedBefore: compared.passedBefore,
    gone: compared.gone,
    newCases: compared.added.length,
  };
}

function hasFailure({ cases }: TestReport): boolean {
  return cases.some(({ outcome }) => outcome === "failed");
}

type Clear = Extract<Seen, { kind: "seen" }>;

function accepted(seen: Clear, { result }: TestRun, flaky: readonly Observation[]): Judgement {
  const note = flaky.length === 0 ? "" : `; ${flaky.length} passed when run again`;
  const got = `${seen.summary}${note}${goneText(seen)}`;
  return passed(groundOf(seen, result.log), got, [...flaky, ...goneObservation(seen)]);
}

interface Refusal {
  readonly validator: NoRegression;
  readonly seen: Clear;
  readonly broken: readonly string[];
  readonly flaky: readonly Observation[];
}

function refused({ validator, seen, broken, flaky }: Refusal, { result }: TestRun): Judgement {
  const names = broken.filter((name) => name !== WHOLE);
  const score = names.length === broken.length ? 1 - names.length / seen.passedBefore : 0;
  const which = names.length === 0 ? "" : `: ${someOf(names)}`;
  const detail = outputOf(result);
  const found = names
    .slice(0, MAX_OBSERVATIONS)
    .map((name, index) =>
      observation("test", `The test “${name}” passes on the base and fails now`, index === 0 ? { detail } : {}),
    );
  const whole = observation("test", `“${validator.name}” succeeds on the base and fails now`, { detail });
  const observations = [...(names.length === 0 ? [whole] : found), ...flaky, ...goneObservation(seen)];
  return failed(
    { ...groundOf(seen, result.log), score },
    `${seen.summary}, twice${which}${goneText(seen)}`,
    observations,
  );
}

function groundOf({ newCases }: Clear, log: TestRun["result"]["log"]) {
  return { expected: EXPECTED, log, ...(newCases === null ? {} : { newCases }) };
}

function flakyObservation(name: string): Observation {
  const what = name === WHOLE ? "The tests are" : `The test “${name}” is`;
  return observation("test", `${what} flaky`, { severity: "minor", detail: "It failed, and passed when run again." });
}

function goneText({ gone }: Clear): string {
  return gone.length === 0 ? "" : `; ${counted(gone.length, "test")} of the base did not run: ${someOf(gone)}`;
}

/** A test that was taken away cannot fail. Whether that is right is for people and Auditors to say. */
function goneObservation({ gone }: Clear): readonly Observation[] {
  if (gone.length === 0) return [];
  const title = "Tests that pass on the base do not run any more";
  return [observation("test", title, { severity: "minor", detail: gone.slice(0, MAX_OBSERVATIONS).join("\n") })];
}
