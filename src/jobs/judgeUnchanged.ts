import { acceptanceFailureText } from "../domain/acceptance/acceptanceFailureText.ts";
import type { AttemptRecord, RunEvent } from "../domain/event.ts";
import { runAcceptance } from "./acceptance/runAcceptance.ts";
import type { JobDeps } from "./handler.ts";
import type { AttemptAtWork } from "./livePhase.ts";

/**
 * What follows when a Builder says that nothing has to be changed: where the plan has validators, they have the last word.
 *
 * Null when it was cancelled.
 */
export async function judgeUnchanged(
  { run, phase, settings, head, attempt }: AttemptAtWork,
  { summary, ...record }: AttemptRecord & { readonly summary: string },
  { deps, signal }: { readonly deps: JobDeps; readonly signal: AbortSignal },
): Promise<RunEvent | null> {
  const { spec } = phase.plan;
  const { repository } = run;
  if (spec === null) return { kind: "phase_unchanged", summary, ...record };
  const tree = await deps.git.treeOf(repository, head);
  const ids = { runId: run.id, phaseId: phase.id, attempt: { id: attempt.id, log: record.log } };
  const result = await runAcceptance(
    { repository, settings, ...ids, commit: head, tree, base: head, spec },
    deps,
    signal,
  );
  if (result === null) return null;
  if (result.verdict === "passed") return { kind: "phase_unchanged", summary, ...record };
  const message = `The attempt changed nothing, and the code as it is was not accepted.\n\n${acceptanceFailureText(result)}`;
  return { kind: "attempt_failed", outcome: "failed", failure: { class: "validation", message }, ...record };
}
