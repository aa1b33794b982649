import { readInvestigation } from "../config/investigationResult.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Sha, TreeId } from "../domain/ids.ts";
import type { Checkout } from "../ports/git.ts";
import { investigatorContext, investigatorInstructions } from "../prompts/investigatorInstructions.ts";
import { agentCheckout } from "./agentCheckout.ts";
import { attemptJob, failedAttempt } from "./attemptJob.ts";
import type { AttemptMeans } from "./attemptJob.ts";
import { agentFailure } from "./agentFailure.ts";
import { investigationMaterial } from "./investigationMaterial.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { placeCandidate } from "./placeCandidate.ts";
import { runAgent } from "./runAgent.ts";
import type { AgentRun } from "./runAgent.ts";

/** Has an agent look into a phase that makes no progress. Its answer is acted on only when it parses. */
export const investigatePhase: JobHandler<"investigate_phase"> = attemptJob(async (work, means) => {
  const place = await startingPlace(work, means.deps);
  const { base, tree } = place;
  const checkout = await agentCheckout(work.run, { commit: base, ...(tree === null ? {} : { tree }) }, means.deps);
  try {
    return await investigate(work, { ...place, checkout }, means);
  } finally {
    await checkout.dispose();
  }
});

interface Place {
  readonly base: Sha;
  /** What the last attempt made of it; null when it made nothing that could be judged. */
  readonly tree: TreeId | null;
}

/** The last candidate where it was checked, or where the attempt starts when there is none. */
async function startingPlace({ run, phase, attempt: { base } }: AttemptAtWork, deps: JobDeps): Promise<Place> {
  const { repository } = run;
  if (phase.candidate !== null) {
    const outcome = await placeCandidate(phase.candidate, { repository, onto: phase.candidate.base }, deps);
    if (outcome.kind === "applied") return { base: phase.candidate.base, tree: outcome.tree };
  }
  if (!(await deps.git.has(repository, [base]))) await deps.git.fetch(repository);
  return { base, tree: null };
}

async function investigate(
  work: AttemptAtWork,
  place: Place & { readonly checkout: Checkout },
  { deps, watch }: AttemptMeans,
): Promise<RunEvent | null> {
  const material = await investigationMaterial(work, place, deps);
  const run = await runAgent(
    work,
    {
      role: "investigator",
      checkout: place.checkout,
      instructions: investigatorInstructions(work, material, { overrides: work.settings.prompts }),
      context: investigatorContext(work, material),
      maxFileBytes: work.settings.paths.maxFileBytes,
    },
    { deps, watch },
  );
  return run === null ? null : eventOf(run);
}

function eventOf({ outcome, record }: AgentRun): RunEvent {
  switch (outcome.kind) {
    case "timed_out":
    case "failed":
      return { kind: "attempt_failed", outcome: outcome.kind, failure: agentFailure(outcome), ...record };
    case "finished": {
      const report = readInvestigation(outcome.result);
      if (report.kind === "junk") return failedAttempt(record, { class: "junk_result", message: report.message });
      return { kind: "investigation_finished", answer: report.answer, ...record };
    }
  }
}
