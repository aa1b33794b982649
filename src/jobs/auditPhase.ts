import { readVerdict } from "../config/agentResult.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Candidate } from "../domain/phase.ts";
import { auditorInstructions } from "../prompts/auditorInstructions.ts";
import { phaseContext } from "../prompts/phaseContext.ts";
import { agentCheckout } from "./agentCheckout.ts";
import { attemptJob, failedAttempt } from "./attemptJob.ts";
import type { AttemptMeans } from "./attemptJob.ts";
import { agentFailure } from "./agentFailure.ts";
import type { JobHandler } from "./handler.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { placeCandidate } from "./placeCandidate.ts";
import { runAgent } from "./runAgent.ts";
import type { AgentRun } from "./runAgent.ts";

/** The longest diff that is put into an Auditor's instructions; the checkout has the rest. */
const MAX_DIFF_BYTES = 200_000;

/** Has an independent agent judge the candidate on a read-only checkout. Its verdict is believed only when it parses. */
export const auditPhase: JobHandler<"audit_phase"> = attemptJob(async (work, means) => {
  const { candidate } = work.phase;
  if (candidate === null) throw new Error(`auditing phase ${work.phase.id}: there is nothing to judge`);
  return audit(work, candidate, means);
});

async function audit(
  work: AttemptAtWork,
  candidate: Candidate,
  { deps, watch }: AttemptMeans,
): Promise<RunEvent | null> {
  const { repository } = work.run;
  const applied = await placeCandidate(candidate, { repository, onto: candidate.base }, deps);
  if (applied.kind === "conflict")
    throw new Error(`the checked candidate of ${work.phase.id} no longer applies to its own base`);
  const diff = await deps.git.diff(repository, { from: candidate.base, to: applied.tree, maxBytes: MAX_DIFF_BYTES });
  const checkout = await agentCheckout(work.run, { commit: candidate.base, tree: applied.tree }, deps);
  try {
    const run = await runAgent(
      work,
      {
        role: "auditor",
        checkout,
        instructions: auditorInstructions(work, { diff, overrides: work.settings.prompts }),
        context: { ...phaseContext(work), diff },
        maxFileBytes: work.settings.paths.maxFileBytes,
      },
      { deps, watch },
    );
    if (run === null) return null;
    const { outcome, record } = run;
    if (outcome.kind === "finished") return judged(candidate, run);
    return { kind: "attempt_failed", outcome: outcome.kind, failure: agentFailure(outcome), ...record };
  } finally {
    await checkout.dispose();
  }
}

function judged(candidate: Candidate, { outcome, record, oddity }: AgentRun): RunEvent {
  const verdict = readVerdict("result" in outcome ? outcome.result : null);
  if (verdict.kind === "junk") return failedAttempt(record, { class: "junk_result", message: verdict.message });
  const { decision, confidence, summary } = verdict;
  const findings = oddity === null ? verdict.findings : [...verdict.findings, oddity];
  return {
    kind: "audit_finished",
    verdict: { patch: candidate.patch, decision, confidence, summary, findings },
    ...record,
  };
}
