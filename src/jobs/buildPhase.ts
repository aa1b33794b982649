import { readBuilderResult } from "../config/agentResult.ts";
import { pathRules } from "../config/pathRules.ts";
import type { AttemptFailure } from "../domain/attempt.ts";
import type { Change } from "../domain/change.ts";
import type { RunEvent } from "../domain/event.ts";
import { strategyOf } from "../domain/rulesOf.ts";
import type { Finding } from "../domain/finding.ts";
import { categoryByEvidence } from "../domain/strategy/categoryByEvidence.ts";
import type { Sha, TreeId } from "../domain/ids.ts";
import { isRetryable, judgeChanges } from "../domain/judgeChanges.ts";
import type { Violation } from "../domain/judgeChanges.ts";
import type { Candidate } from "../domain/phase.ts";
import type { Checkout } from "../ports/git.ts";
import { builderInstructions } from "../prompts/builderInstructions.ts";
import { phaseContext } from "../prompts/phaseContext.ts";
import { agentCheckout } from "./agentCheckout.ts";
import { attemptJob, failedAttempt, nothingDone } from "./attemptJob.ts";
import type { AttemptMeans } from "./attemptJob.ts";
import { agentFailure } from "./agentFailure.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { judgeUnchanged } from "./judgeUnchanged.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { patchIds } from "./patchIds.ts";
import { placeCandidate } from "./placeCandidate.ts";
import { prepareCheckout } from "./prepareCheckout.ts";
import { runAgent } from "./runAgent.ts";

/** Has a Builder make the phase's change, and reads what it left as untrusted data. */
export const buildPhase: JobHandler<"build_phase"> = attemptJob(async (work, means) => {
  const tree = await startingTree(work, means.deps);
  const at = { commit: work.head, ...(tree === null ? {} : { tree }) };
  const checkout = await agentCheckout(work.run, at, means.deps);
  try {
    return await build(work, { checkout, resumed: tree !== null, content: tree ?? work.head }, means);
  } finally {
    await checkout.dispose();
  }
});

/** A retry goes on from the change that did not pass; where that no longer fits the head, it starts afresh. */
async function startingTree({ run, phase, head }: AttemptAtWork, deps: JobDeps): Promise<TreeId | null> {
  const { repository } = run;
  if (phase.candidate === null) {
    if (!(await deps.git.has(repository, [head]))) await deps.git.fetch(repository);
    return null;
  }
  const outcome = await placeCandidate(phase.candidate, { repository, onto: head }, deps);
  return outcome.kind === "applied" ? outcome.tree : null;
}

interface Bench {
  readonly checkout: Checkout;
  readonly resumed: boolean;
  /** What lies in the checkout. */
  readonly content: Sha | TreeId;
}

async function build(work: AttemptAtWork, bench: Bench, { deps, watch }: AttemptMeans): Promise<RunEvent | null> {
  const { phase, settings } = work;
  const missing = await prepareCheckout(
    {
      repository: work.run.repository,
      settings,
      base: work.run.base?.sha ?? null,
      content: bench.content,
      of: phase.id,
      needsInstall: phase.needsInstall,
    },
    bench.checkout,
    { deps, signal: watch.signal },
  );
  if (missing === "cancelled") return null;
  if (missing !== null) return failedAttempt(nothingDone(work), missing);
  const run = await runAgent(
    work,
    {
      role: "builder",
      checkout: bench.checkout,
      instructions: builderInstructions(work, { resumed: bench.resumed, overrides: settings.prompts }),
      context: phaseContext(work),
      maxFileBytes: maxWrittenBytes(settings.paths.maxFileBytes),
    },
    { deps, watch },
  );
  if (run === null) return null;
  const { outcome, record, oddity } = run;
  if (outcome.kind !== "finished")
    return { kind: "attempt_failed", outcome: outcome.kind, failure: agentFailure(outcome), ...record };

  const report = readBuilderResult(outcome.result);
  if (report.kind === "junk") return failedAttempt(record, { class: "junk_result", message: report.message });
  const reading = await bench.checkout.read({ maxFileBytes: settings.paths.maxFileBytes });
  const violations = judgeChanges(reading, pathRules(settings.paths, phase.plan.files));
  if (violations.length > 0) return failedAttempt(record, violationFailure(violations));
  if (reading.changes.length === 0)
    return judgeUnchanged(work, { ...record, summary: report.summary }, { deps, signal: watch.signal });
  const candidate = await capture(work, { bench, changes: reading.changes, summary: report.summary }, deps);
  const raised = categoryByEvidence(candidate.touched, phase.category, strategyOf(work.run));
  return { kind: "phase_built", candidate, findings: withOddity(report.findings, oddity), raised, ...record };
}

function withOddity(findings: readonly Finding[], oddity: Finding | null): readonly Finding[] {
  return oddity === null ? findings : [...findings, oddity];
}

/** The sandbox lets an agent's tools write build products; what may land is judged afterwards, far lower. */
function maxWrittenBytes(maxFileBytes: number): number {
  return Math.max(maxFileBytes, 512 * 1024 ** 2);
}

/** More paths than a phase may change by default; a larger change keeps the first. */
const MAX_TOUCHED = 1000;

const OPERATIONS = { added: "create", modified: "update", deleted: "delete" } as const;

async function capture(
  { head }: AttemptAtWork,
  found: { readonly bench: Bench; readonly changes: readonly Change[]; readonly summary: string },
  deps: JobDeps,
): Promise<Candidate> {
  const { tree, patch } = await found.bench.checkout.capture();
  const ids = patchIds(patch);
  return {
    base: head,
    tree,
    patch: await deps.artifacts.putBytes(patch, "text/x-diff"),
    patchBase: head,
    summary: found.summary,
    filesChanged: found.changes.length,
    linesAdded: found.changes.reduce((sum, change) => sum + change.linesAdded, 0),
    linesDeleted: found.changes.reduce((sum, change) => sum + change.linesDeleted, 0),
    touched: found.changes.slice(0, MAX_TOUCHED).map(({ path, status }) => ({ path, operation: OPERATIONS[status] })),
    patchId: ids.forward,
    inversePatchId: ids.inverse,
    builtAt: deps.clock.now().toISOString(),
  };
}

function violationFailure(violations: readonly Violation[]): AttemptFailure {
  const lines = violations.slice(0, 20).map((violation) => `- ${violation.message}`);
  const more = violations.length > 20 ? [`- and ${violations.length - 20} more`] : [];
  const message = ["The change was not accepted:", ...lines, ...more].join("\n");
  return { class: violations.every(isRetryable) ? "rejected" : "policy", message };
}
