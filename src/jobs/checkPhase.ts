import type { RunEvent } from "../domain/event.ts";
import { isGreen } from "../domain/gate.ts";
import type { GateEvidence } from "../domain/gate.ts";
import type { PhaseId } from "../domain/ids.ts";
import type { Candidate } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { phaseAtWork } from "./livePhase.ts";
import type { PhaseAtWork } from "./livePhase.ts";
import { placeCandidate } from "./placeCandidate.ts";
import { runGates } from "./runSteps.ts";

/** Puts the candidate onto the head as it is now, and runs preflight and CI on the result. */
export const checkPhase: JobHandler<"check_phase"> = async ({ runId, phaseId }, deps) => {
  const work = await phaseAtWork(deps, runId, phaseId);
  const candidate = work?.phase.candidate ?? null;
  if (work?.phase.state.kind !== "checking" || candidate === null) return;
  const event = await deps.whileWanted(runId, isCheckedStill(phaseId), async (signal) =>
    check(work, candidate, { deps, signal }),
  );
  if (event !== null) await deps.advance(runId, event);
};

function isCheckedStill(phaseId: PhaseId): (run: Run) => boolean {
  return (run) =>
    run.state.kind === "building" && run.phases.find((phase) => phase.id === phaseId)?.state.kind === "checking";
}

interface Means {
  readonly deps: JobDeps;
  readonly signal: AbortSignal;
}

async function check(
  { run, phase, settings, head }: PhaseAtWork,
  candidate: Candidate,
  { deps, signal }: Means,
): Promise<RunEvent | null> {
  const { repository } = run;
  const outcome = await placeCandidate(candidate, { repository, onto: head }, deps);
  if (outcome.kind === "conflict")
    return { kind: "candidate_conflicted", phaseId: phase.id, onto: head, paths: outcome.paths };
  // The push may have landed and its news been lost: then the head holds the change already.
  const hasMoved = head !== candidate.base;
  if (hasMoved && outcome.tree === (await deps.git.treeOf(repository, head)))
    return { kind: "phase_integrated", phaseId: phase.id, sha: head };
  const evidence = await runGates(
    { repository, settings, runId: run.id, commit: head, tree: outcome.tree },
    deps,
    signal,
  );
  if (evidence === null) return null;
  const checked = { ...candidate, base: head, tree: outcome.tree };
  if (evidence.every(isGreen)) return { kind: "checks_passed", phaseId: phase.id, candidate: checked, evidence };
  return { kind: "checks_failed", phaseId: phase.id, candidate: checked, evidence, message: failureText(evidence) };
}

/** What the next Builder attempt reads: which step failed, and the end of its output. */
function failureText(evidence: readonly GateEvidence[]): string {
  const steps = evidence.flatMap((gate) => gate.steps.map((step) => ({ gate: gate.gate, step })));
  const failed = steps.find(({ step }) => step.outcome !== "passed");
  if (failed === undefined) return "a gate failed without saying why";
  const { gate, step } = failed;
  const how = step.outcome === "timed_out" ? "took too long" : `exited with ${step.exitCode ?? "a signal"}`;
  return `${gate}: \`${step.command}\` ${how}. The end of its output:\n\n${step.tail}`;
}
