import type { GateEvidence, StepResult } from "../domain/gate.ts";
import type { RunId, Sha, TreeId } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import type { Settings, Step } from "../domain/settings.ts";
import type { SandboxOutcome } from "../ports/sandbox.ts";
import type { JobDeps } from "./handler.ts";
import { exchangeFolder } from "./exchangeFolder.ts";

export interface StepRun {
  readonly repository: Repository;
  readonly settings: Settings;
  /** Names the logs; steps of one run never overlap. */
  readonly runId: RunId;
  readonly commit: Sha;
  /** What is judged; need not be the commit's own tree. */
  readonly tree: TreeId;
}

/**
 * Runs preflight, then the CI profile, on a clean tree of ours in the sandbox.
 *
 * The gates share the tree, so that what preflight installs is there for CI. A gate stops at its first failing step, and
 * CI is not started after a failed preflight. Null when it was cancelled.
 */
export async function runGates(
  work: StepRun,
  deps: JobDeps,
  signal: AbortSignal,
): Promise<readonly GateEvidence[] | null> {
  const { preflight, ci } = work.settings;
  if (preflight.length + ci.length === 0) return [skipped("preflight"), skipped("ci")];
  const checkout = await deps.git.checkout(work.repository, { commit: work.commit, tree: work.tree });
  const exchange = await exchangeFolder();
  try {
    const context: StepContext = { work, deps, signal, checkout, exchange: exchange.path };
    const first = await runGate("preflight", preflight, context);
    if (first === null) return null;
    if (first.conclusion === "failure")
      return [first, { ...skipped("ci"), conclusion: "failure", reason: "not run: preflight failed" }];
    const second = await runGate("ci", ci, context);
    return second === null ? null : [first, second];
  } finally {
    await exchange.dispose();
    await checkout.dispose();
  }
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
  for (const step of steps) {
    const result = await runStep(step, context);
    if (result === null) return null;
    results.push(result);
    if (result.outcome !== "passed") break;
  }
  const failed = results.find((result) => result.outcome !== "passed");
  const reason =
    failed === undefined ? `${results.length} ${results.length === 1 ? "step" : "steps"} passed` : stepFailure(failed);
  return { gate, conclusion: failed === undefined ? "success" : "failure", reason, steps: results, findings: [] };
}

async function runStep(
  step: Step,
  { work, deps, signal, checkout, exchange }: StepContext,
): Promise<StepResult | null> {
  const log = await deps.artifacts.openLog(`${work.runId}/${step.name}`);
  const startedAt = deps.clock.now().getTime();
  const { limits } = work.settings.builder;
  const outcome = await deps.sandbox.run(
    {
      argv: ["sh", "-c", step.run],
      checkout: { path: checkout.path, access: "write" },
      readable: [checkout.mirrorPath],
      exchange,
      env: {},
      stdin: "",
      limits: {
        timeoutMs: step.timeoutMs,
        memoryBytes: limits.memoryBytes,
        processes: limits.processes,
        outputBytes: limits.outputBytes,
        fileBytes: STEP_FILE_BYTES,
      },
    },
    { onOutput: (chunk) => log.write(chunk), signal },
  );
  const { id, tail } = await log.close();
  if (outcome.kind === "cancelled") return null;
  const durationMs = deps.clock.now().getTime() - startedAt;
  return {
    name: step.name,
    command: step.run,
    ...judged(outcome),
    durationMs,
    log: id,
    tail: `${tail}${outcomeNote(outcome)}`,
  };
}

/** Build tools write large files; this only stops a runaway one. */
const STEP_FILE_BYTES = 2 * 1024 ** 3;

function judged(outcome: Exclude<SandboxOutcome, { kind: "cancelled" }>): Pick<StepResult, "outcome" | "exitCode"> {
  switch (outcome.kind) {
    case "exited":
      return { outcome: outcome.code === 0 ? "passed" : "failed", exitCode: outcome.code };
    case "timed_out":
      return { outcome: "timed_out", exitCode: null };
    case "killed":
    case "output_exceeded":
      return { outcome: "failed", exitCode: null };
  }
}

function outcomeNote(outcome: Exclude<SandboxOutcome, { kind: "cancelled" }>): string {
  switch (outcome.kind) {
    case "exited":
      return "";
    case "timed_out":
      return "\n[stopped: it took too long]";
    case "killed":
      return outcome.by === "memory" ? "\n[killed: it used too much memory]" : "\n[killed by a signal]";
    case "output_exceeded":
      return "\n[killed: it printed too much]";
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
