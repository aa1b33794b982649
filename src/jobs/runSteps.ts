import { setTimeout as pause } from "node:timers/promises";
import type { Finding } from "../domain/finding.ts";
import type { GateEvidence, StepResult } from "../domain/gate.ts";
import type { PhaseId, RunId, Sha, TreeId } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import type { Settings, Step } from "../domain/settings.ts";
import type { CiProfile } from "../domain/strategy/strategy.ts";
import type { Checkout } from "../ports/git.ts";
import type { JobDeps } from "./handler.ts";
import type { StaticJudgement } from "./judgeStatically.ts";
import { exchangeFolder } from "./exchangeFolder.ts";
import { prepareCheckout } from "./prepareCheckout.ts";
import { runCommand } from "./runCommand.ts";
import type { CommandResult } from "./runCommand.ts";
import type { PreparationMeans, Unready } from "./runSetupSteps.ts";

/** Tries of a flaky preflight step, and the milliseconds between them: the domain's rule. */
const FLAKY_TRIES = 3;
const FLAKY_PAUSE_MS = 5000;

export interface StepRun {
  readonly repository: Repository;
  readonly settings: Settings;
  /** Whose steps these are: names the logs, which may not be shared by what runs at one time. */
  readonly of: RunId | PhaseId;
  readonly profile: CiProfile;
  /** A dependency was missing once: the install steps come first, as a part of preflight. */
  readonly needsInstall: boolean;
  readonly commit: Sha;
  /** Of the run; absent before it has one. */
  readonly base?: Sha | null;
  /** What is judged; need not be the commit's own tree. */
  readonly tree: TreeId;
  /** Has the rules judge the change, as the first part of preflight. Null: they have judged all of it before. */
  readonly judge: (() => Promise<StaticJudgement>) | null;
}

/**
 * Runs preflight, then the CI profile, on a clean tree of ours in the sandbox.
 *
 * The gates share the tree, so that what preflight installs is there for CI. A gate stops at its first failing step, and
 * CI is not started after a failed preflight. The rules judge while the tree is laid out; what they refuse is not run at all.
 * Null when it was cancelled.
 */
export async function runGates(
  work: StepRun,
  deps: JobDeps,
  signal: AbortSignal,
): Promise<readonly GateEvidence[] | null> {
  const { preflight, ci } = stepsOf(work);
  const judging = work.judge?.() ?? Promise.resolve(NOT_JUDGED);
  if (preflight.length + ci.length === 0) {
    const judgement = await judging;
    return refused(judgement) ?? [withJudgement(skipped("preflight"), judgement), skipped("ci")];
  }
  const [laidOut, judgement] = await Promise.allSettled([layOut(work, deps), judging]);
  if (laidOut.status === "rejected") throw laidOut.reason;
  const { checkout, exchange, dispose } = laidOut.value;
  try {
    if (judgement.status === "rejected") throw judgement.reason;
    const red = refused(judgement.value);
    if (red !== null) return red;
    const unready = await prepare(work, checkout, { deps, signal });
    if (unready === "cancelled") return null;
    if (unready !== null) return [withJudgement(notReady(unready.message), judgement.value), notRun()];
    const context: StepContext = { work, deps, signal, checkout, exchange };
    const commands = await runGate("preflight", preflight, context);
    if (commands === null) return null;
    const first = withJudgement(commands, judgement.value);
    if (first.conclusion === "failure") return [first, notRun()];
    const second = await runGate("ci", ci, context);
    return second === null ? null : [first, { ...second, profile: work.profile }];
  } finally {
    await dispose();
  }
}

/** The install steps are a part of preflight here, so that they show. */
async function prepare(work: StepRun, checkout: Checkout, means: PreparationMeans): Promise<Unready> {
  const { repository, settings, tree, of, base = null } = work;
  return prepareCheckout({ repository, settings, base, content: tree, of, needsInstall: false }, checkout, means);
}

function notReady(message: string): GateEvidence {
  const [reason = message] = message.split("\n");
  const finding: Finding = {
    severity: "major",
    source: "ci",
    title: "The work tree could not be made ready",
    detail: message,
    path: null,
    lines: null,
  };
  return { gate: "preflight", conclusion: "failure", reason, steps: [], findings: [finding] };
}

/** The gates of a change that the rules refuse; null where they let it pass. */
export function refused({ refusal, ...said }: StaticJudgement): readonly GateEvidence[] | null {
  if (refusal === null) return null;
  return [{ gate: "preflight", conclusion: "failure", reason: refusal, ...said }, notRun()];
}

/** A preflight with what the rules say before what the commands do. */
export function withJudgement(evidence: GateEvidence, { steps, findings, objections }: StaticJudgement): GateEvidence {
  if (objections.length === 0) return evidence;
  return {
    ...evidence,
    objections,
    steps: [...steps, ...evidence.steps],
    findings: [...findings, ...evidence.findings],
  };
}

const NOT_JUDGED: StaticJudgement = { steps: [], findings: [], objections: [], refusal: null };

function notRun(): GateEvidence {
  return { ...skipped("ci"), conclusion: "failure", reason: "not run: preflight failed" };
}

async function layOut(
  { repository, commit, tree }: StepRun,
  { git }: JobDeps,
): Promise<{ readonly checkout: Checkout; readonly exchange: string; dispose(): Promise<void> }> {
  const checkout = await git.checkout(repository, { commit, tree });
  const exchange = await exchangeFolder();
  async function dispose(): Promise<void> {
    await exchange.dispose();
    await checkout.dispose();
  }
  return { checkout, exchange: exchange.path, dispose };
}

/** The steps of each gate; the strict profile is the normal one and more. */
function stepsOf({ settings, profile, needsInstall }: StepRun): Record<"preflight" | "ci", readonly Step[]> {
  return {
    preflight: needsInstall ? [...settings.install, ...settings.preflight] : settings.preflight,
    ci: profile === "strict" ? [...settings.ci, ...settings.ciStrict] : settings.ci,
  };
}

interface StepContext {
  readonly work: StepRun;
  readonly deps: JobDeps;
  readonly signal: AbortSignal;
  readonly checkout: { readonly path: string; readonly mirrorPath: string };
  readonly exchange: string;
}

async function runGate(
  gate: "preflight" | "ci",
  steps: readonly Step[],
  context: StepContext,
): Promise<GateEvidence | null> {
  if (steps.length === 0) return skipped(gate);
  const results: StepResult[] = [];
  const findings: Finding[] = [];
  for (const step of steps) {
    const tries = gate === "preflight" && step.flaky ? FLAKY_TRIES : 1;
    const tried = await tryStep(step, tries, context);
    if (tried === null) return null;
    results.push(tried.result);
    if (tried.result.outcome !== "passed") break;
    if (tried.failures > 0) findings.push(flakiness(step, tried.failures));
  }
  const failed = results.find((result) => result.outcome !== "passed");
  const reason =
    failed === undefined ? `${results.length} ${results.length === 1 ? "step" : "steps"} passed` : stepFailure(failed);
  return { gate, conclusion: failed === undefined ? "success" : "failure", reason, steps: results, findings };
}

/** Runs a step until it passes, as often as it may be tried. Null when it was cancelled. */
async function tryStep(
  step: Step,
  tries: number,
  context: StepContext,
): Promise<{ readonly result: StepResult; readonly failures: number } | null> {
  for (let failures = 0; ; failures += 1) {
    const result = await runStep(step, context);
    if (result === null) return null;
    if (result.outcome === "passed" || failures + 1 >= tries) return { result, failures };
    await pause(FLAKY_PAUSE_MS, undefined, { signal: context.signal }).catch(() => undefined);
    if (context.signal.aborted) return null;
  }
}

function flakiness({ name, run }: Step, failures: number): Finding {
  const times = failures === 1 ? "once" : "twice";
  const detail = `\`${run}\` failed ${times} on the same tree before it passed.`;
  return { severity: "minor", source: "ci", title: `“${name}” is flaky`, detail, path: null, lines: null };
}

async function runStep(
  step: Step,
  { work, deps, signal, checkout, exchange }: StepContext,
): Promise<StepResult | null> {
  const { limits } = work.settings.builder;
  const command = { run: step.run, timeoutMs: step.timeoutMs, log: `${work.of}/${step.name}` };
  const result = await runCommand(command, { checkout, exchange, limits, deps, signal });
  if (result === null) return null;
  const { outcome, log, tail, durationMs } = result;
  return { name: step.name, command: step.run, ...judged(outcome), durationMs, log, tail };
}

function judged(outcome: CommandResult["outcome"]): Pick<StepResult, "outcome" | "exitCode"> {
  switch (outcome.kind) {
    case "exited":
      return { outcome: outcome.code === 0 ? "passed" : "failed", exitCode: outcome.code };
    case "timed_out":
      return { outcome: "timed_out", exitCode: null };
    case "killed":
    case "output_exceeded":
    case "disk_exceeded":
      return { outcome: "failed", exitCode: null };
  }
}

/** One line for a failed step. */
export function stepFailure(step: StepResult): string {
  if (step.outcome === "timed_out") return `“${step.name}” took too long`;
  return step.exitCode === null ? `“${step.name}” was killed` : `“${step.name}” exited with ${step.exitCode}`;
}

function skipped(gate: "preflight" | "ci"): GateEvidence {
  return { gate, conclusion: "skipped", reason: "the configuration names no commands", steps: [], findings: [] };
}
