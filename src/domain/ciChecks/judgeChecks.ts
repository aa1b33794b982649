import type { AwaitedCheck } from "../awaitedCheck.ts";
import type { CheckVerdict, StepResult } from "../gate.ts";
import { isGlob, matchesName } from "./checkName.ts";
import { latestChecks } from "./latestChecks.ts";
import type { ObservedCheck } from "./observedCheck.ts";

/** What the repository's own checks say of a commit. */
export type ChecksJudgement =
  /** The names of checks that run, and the configured names of which nothing has begun. */
  | { readonly kind: "pending"; readonly waitingFor: readonly string[] }
  /** Nothing of these configured names has begun in time. Others may run still: they would change nothing. */
  | { readonly kind: "missing"; readonly missing: readonly string[]; readonly steps: readonly StepResult[] }
  | { readonly kind: "settled"; readonly steps: readonly StepResult[] };

/**
 * Judges what GitHub shows of a commit against what a CI profile waits for.
 *
 * Every check that an entry matches has to be green: success, neutral or skipped. A glob is not satisfied while the suite of
 * one that it matches is between two of its jobs. `elapsedMs`: since it was first waited for.
 */
export function judgeChecks(
  awaited: readonly AwaitedCheck[],
  observed: readonly ObservedCheck[],
  { elapsedMs }: { readonly elapsedMs: number },
): ChecksJudgement {
  const latest = latestChecks(observed);
  const judged = awaited.map((entry) => judgeOne(entry, latest, elapsedMs));
  const steps = distinct(judged.flatMap((one) => one.steps));
  const missing = awaited.filter((_, index) => judged[index]?.kind === "missing").map(({ check }) => check);
  if (missing.length > 0) return { kind: "missing", missing, steps };
  const waitingFor = [...new Set(judged.flatMap((one) => one.waitingFor))];
  return waitingFor.length > 0 ? { kind: "pending", waitingFor } : { kind: "settled", steps };
}

interface JudgedEntry {
  readonly kind: "missing" | "found";
  readonly waitingFor: readonly string[];
  readonly steps: readonly StepResult[];
}

function judgeOne(entry: AwaitedCheck, latest: readonly ObservedCheck[], elapsedMs: number): JudgedEntry {
  const own = latest.filter(({ name }) => matchesName(entry.check, name));
  if (own.length === 0) {
    const isLate = elapsedMs >= Math.min(entry.startWithinMs, entry.timeoutMs);
    if (!isLate) return { kind: "found", waitingFor: [entry.check], steps: [] };
    return { kind: "missing", waitingFor: [], steps: [missingStep(entry)] };
  }
  const finished = own.filter((check) => check.completed).map((check) => stepOf(entry, check));
  const running = own.filter((check) => !check.completed);
  const isBetweenJobs = isGlob(entry.check) && running.length === 0 && own.some((check) => check.moreToCome);
  if (running.length === 0 && !isBetweenJobs) return { kind: "found", waitingFor: [], steps: finished };
  if (elapsedMs < entry.timeoutMs) {
    const names = isBetweenJobs ? [entry.check] : running.map(({ name }) => name);
    return { kind: "found", waitingFor: names, steps: finished };
  }
  const late = isBetweenJobs ? [lateStep(entry)] : running.map((check) => stepOf(entry, check));
  return { kind: "found", waitingFor: [], steps: [...finished, ...late] };
}

/** What GitHub's conclusions mean here. `failure`, `error` and whatever it may come to say besides: failed. */
const VERDICTS: ReadonlyMap<string | null, CheckVerdict> = new Map([
  ["success", "passed"],
  ["neutral", "passed"],
  ["skipped", "passed"],
  ["cancelled", "cancelled"],
  ["stale", "stale"],
  ["timed_out", "timed_out"],
  ["action_required", "action_required"],
  ["startup_failure", "startup_failure"],
]);

/** How a check ended, or that it has not: red unless it is surely green. */
function verdictOf({ completed, conclusion }: ObservedCheck): CheckVerdict {
  return completed ? (VERDICTS.get(conclusion) ?? "failed") : "unfinished";
}

function stepOf(entry: AwaitedCheck, check: ObservedCheck): StepResult {
  const { source, app, url, conclusion } = check;
  const verdict = verdictOf(check);
  return {
    ...nothingKnown(entry),
    name: check.name,
    outcome: outcomeOf(verdict),
    durationMs: check.completed ? durationOf(check) : entry.timeoutMs,
    tail: check.summary,
    check: { verdict, source, app, conclusion, url },
  };
}

function outcomeOf(verdict: CheckVerdict): StepResult["outcome"] {
  if (verdict === "passed") return "passed";
  return verdict === "timed_out" || verdict === "unfinished" ? "timed_out" : "failed";
}

function missingStep(entry: AwaitedCheck): StepResult {
  return { ...nothingKnown(entry), check: { ...NOWHERE, verdict: "missing" } };
}

/** The glob's checks are green so far, and the workflow has more jobs that never began. */
function lateStep(entry: AwaitedCheck): StepResult {
  return { ...nothingKnown(entry), outcome: "timed_out", check: { ...NOWHERE, verdict: "unfinished" } };
}

const NOWHERE = { source: null, app: null, conclusion: null, url: null } as const;

function nothingKnown(entry: AwaitedCheck): Omit<StepResult, "check"> {
  const { check } = entry;
  return {
    name: check,
    command: `check: ${check}`,
    outcome: "failed",
    exitCode: null,
    durationMs: 0,
    log: null,
    tail: "",
  };
}

function durationOf({ startedAt, completedAt }: ObservedCheck): number {
  const duration = Date.parse(completedAt ?? "") - Date.parse(startedAt ?? "");
  return Number.isFinite(duration) ? Math.max(0, duration) : 0;
}

/** Two entries may match one check: it is told of once. */
function distinct(steps: readonly StepResult[]): readonly StepResult[] {
  const known = new Map<string, StepResult>();
  for (const step of steps) {
    const key = JSON.stringify([step.name, step.check]);
    if (!known.has(key)) known.set(key, step);
  }
  return [...known.values()];
}
