import { readVerdict } from "../config/agentResult.ts";
import type { AttemptFailure } from "../domain/attempt.ts";
import type { AttemptRecord, RunEvent } from "../domain/event.ts";
import { Failure } from "../domain/failure.ts";
import type { AttemptId } from "../domain/ids.ts";
import type { Candidate } from "../domain/phase.ts";
import { NO_USAGE } from "../domain/usage.ts";
import { agentFailure, usageOf } from "./agentFailure.ts";
import { auditorInstructions, phaseContext } from "./instructions.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { takeUp } from "./livePhase.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { placeCandidate } from "./placeCandidate.ts";
import { whileAttempted } from "./whileAttempted.ts";
import type { AttemptWatch } from "./whileAttempted.ts";

/** The longest diff that is put into an Auditor's instructions; the checkout has the rest. */
const MAX_DIFF_BYTES = 200_000;

/** Has an independent agent judge the candidate on a read-only checkout. Its verdict is believed only when it parses. */
export const auditPhase: JobHandler<"audit_phase"> = async (intent, deps) => {
  const work = await takeUp(deps, intent);
  const candidate = work?.phase.candidate ?? null;
  if (work === null || candidate === null) return;
  const order: AuditOrder = { attemptId: intent.attemptId, candidate };
  const event = await whileAttempted(deps, work, async (watch) => attempt(work, order, { deps, watch }));
  if (event !== null) await deps.advance(intent.runId, event);
};

interface AuditOrder {
  readonly attemptId: AttemptId;
  readonly candidate: Candidate;
}

interface Means {
  readonly deps: JobDeps;
  readonly watch: AttemptWatch;
}

async function attempt(work: AttemptAtWork, order: AuditOrder, means: Means): Promise<RunEvent | null> {
  try {
    return await audit(work, order, means);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failed(
      { attemptId: order.attemptId, log: null, usage: NO_USAGE },
      { class: "environment", message: error.message },
    );
  }
}

async function audit(
  work: AttemptAtWork,
  { attemptId, candidate }: AuditOrder,
  { deps, watch }: Means,
): Promise<RunEvent | null> {
  const { repository } = work.run;
  const applied = await placeCandidate(candidate, { repository, onto: candidate.base }, deps);
  if (applied.kind === "conflict")
    throw new Error(`the checked candidate of ${work.phase.id} no longer applies to its own base`);
  const diff = await deps.git.diff(repository, { from: candidate.base, to: applied.tree, maxBytes: MAX_DIFF_BYTES });
  const checkout = await deps.git.checkout(repository, { commit: candidate.base, tree: applied.tree });
  try {
    const log = await deps.artifacts.openLog(attemptId);
    const outcome = await deps.agent.run(
      {
        attemptId,
        role: "auditor",
        settings: work.agent,
        timeoutMs: work.timeoutMs,
        checkout,
        instructions: auditorInstructions(work, diff),
        context: { ...phaseContext(work), diff },
        maxFileBytes: work.settings.paths.maxFileBytes,
      },
      { onOutput: (chunk) => log.write(chunk), ...watch },
    );
    const { id } = await log.close();
    if (outcome.kind === "cancelled") return null;
    const record: AttemptRecord = { attemptId, log: id, usage: usageOf(outcome) };
    if (outcome.kind === "finished") return judged(outcome.result, candidate, record);
    return { kind: "attempt_failed", outcome: outcome.kind, failure: agentFailure(outcome), ...record };
  } finally {
    await checkout.dispose();
  }
}

function judged(result: string | null, candidate: Candidate, record: AttemptRecord): RunEvent {
  const verdict = readVerdict(result);
  if (verdict.kind === "junk") return failed(record, { class: "junk_result", message: verdict.message });
  const { decision, confidence, summary, findings, usage } = verdict;
  return {
    kind: "audit_finished",
    verdict: { patch: candidate.patch, decision, confidence, summary, findings },
    ...record,
    usage,
  };
}

function failed(record: AttemptRecord, failure: AttemptFailure): RunEvent {
  return { kind: "attempt_failed", outcome: "failed", failure, ...record };
}
