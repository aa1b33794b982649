/** One test as its report tells it. A duration of null was not told. */
export interface TestCase {
  readonly name: string;
  /** The file, class or group it belongs to; may be empty. */
  readonly suite: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped; may be empty. */
  readonly message: string;
  readonly durationMs: number | null;
}

export interface TestReport {
  readonly cases: readonly TestCase[];
}

/** `error`: one sentence on why the text is no report. */
export type ReportReading =
  { readonly kind: "ok"; readonly report: TestReport } | { readonly kind: "junk"; readonly error: string };

/** The most text that is read of one report, in UTF-16 units: a suite of 100,000 tests fits in. */
export const MAX_REPORT_LENGTH = 32 * 1024 * 1024;
/** Cases beyond make a report junk. */
export const MAX_CASES = 200_000;

/** How a test is called, in messages and to recognise it in another report. */
export function caseName({ suite, name }: Pick<TestCase, "suite" | "name">): string {
  return suite === "" ? name : `${suite} › ${name}`;
}

/** Outcomes by test. A name that stands there several times (parametrised tests, reruns) has failed if one of them has. */
export function outcomesOf(report: TestReport): ReadonlyMap<string, TestCase["outcome"]> {
  const outcomes = new Map<string, TestCase["outcome"]>();
  for (const each of report.cases) {
    const name = caseName(each);
    const before = outcomes.get(name);
    if (before === undefined || RANK[each.outcome] > RANK[before]) outcomes.set(name, each.outcome);
  }
  return outcomes;
}

const RANK: Readonly<Record<TestCase["outcome"], number>> = { skipped: 0, passed: 1, failed: 2 };
