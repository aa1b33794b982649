import { readVerdict } from "../config/agentResult.ts";
import type { AttemptFailure } from "../domain/attempt.ts";
import type { AttemptRecord, RunEvent } from "../domain/event.ts";
import { Failure } from "../domain/failure.ts";
import type { AttemptId } from "../domain/ids.ts";
import type { Candidate } from "../domain/phase.ts";
import type { AgentSettings } from "../domain/settings.ts";
import { NO_USAGE } from "../domain/usage.ts";
import { auditorInstructions, phaseContext } from "./instructions.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { takeUp, wantsAttempt } from "./livePhase.ts";
import type { PhaseAtWork } from "./livePhase.ts";
import { placeCandidate } from "./placeCandidate.ts";

/** The longest diff that is put into an Auditor's instructions; the checkout has the rest. */
const MAX_DIFF_BYTES = 200_000;

/** Has an independent agent judge the candidate on a read-only checkout. Its verdict is believed only when it parses. */
export const auditPhase: JobHandler<"audit_phase"> = async ({ runId, attemptId }, deps) => {
  const work = await takeUp(deps, runId, attemptId);
  const candidate = work?.phase.candidate ?? null;
  const auditor = work?.settings.auditor ?? null;
  if (work === null || candidate === null || auditor === null) return;
  const order: AuditOrder = { attemptId, candidate, auditor };
  const event = await deps.whileWanted(runId, wantsAttempt(attemptId), async (signal) =>
    attempt(work, order, { deps, signal }),
  );
  if (event !== null) await deps.advance(runId, event);
};

interface AuditOrder {
  readonly attemptId: AttemptId;
  readonly candidate: Candidate;
  readonly auditor: AgentSettings;
}

interface Means {
  readonly deps: JobDeps;
  readonly signal: AbortSignal;
}

async function attempt(work: PhaseAtWork, order: AuditOrder, means: Means): Promise<RunEvent | null> {
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
  work: PhaseAtWork,
  { attemptId, candidate, auditor }: AuditOrder,
  { deps, signal }: Means,
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
        settings: auditor,
        checkout,
        instructions: auditorInstructions(work, diff),
        context: { ...phaseContext(work), diff },
        maxFileBytes: work.settings.paths.maxFileBytes,
      },
      { onOutput: (chunk) => log.write(chunk), signal },
    );
    const { id } = await log.close();
    const record: AttemptRecord = { attemptId, log: id, usage: NO_USAGE };
    switch (outcome.kind) {
      case "cancelled":
        return null;
      case "timed_out":
        return {
          kind: "attempt_failed",
          outcome: "timed_out",
          failure: { class: "timeout", message: outcome.message },
          ...record,
        };
      case "failed":
        return failed(record, { class: outcome.class, message: outcome.message });
      case "finished":
        return judged(outcome.result, candidate, record);
    }
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
