import type { AcceptanceResult } from "../domain/acceptance/acceptance.ts";
import { acceptanceFailureText } from "../domain/acceptance/acceptanceFailureText.ts";
import type { RunEvent } from "../domain/event.ts";
import { classifyCheckFailure } from "../domain/failures/classifyCheckFailure.ts";
import { isGreen } from "../domain/gate.ts";
import type { GateEvidence } from "../domain/gate.ts";
import type { PhaseId } from "../domain/ids.ts";
import { isHeldByRules } from "../domain/judgedByRules.ts";
import type { Candidate } from "../domain/phase.ts";
import { builderAttempt } from "../domain/phase.ts";
import { rulesOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import { runAcceptance } from "./acceptance/runAcceptance.ts";
import { mayRunCi, releaseCi, settleCi } from "./ciGrant.ts";
import type { CiRun } from "./ciGrant.ts";
import { judgeStatically, refusalText } from "./judgeStatically.ts";
import { commitMessage } from "./commitMessage.ts";
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
  if (head !== candidate.base && outcome.tree === (await deps.git.treeOf(repository, head))) {
    if (await hasLanded({ run, phase, settings, head }, candidate, deps))
      return { kind: "phase_integrated", phaseId: phase.id, sha: head };
    return { kind: "candidate_superseded", phaseId: phase.id, onto: head };
  }
  const ci: CiRun = { run, phaseId: phase.id, key: `ci/${phase.id}/${head}/${outcome.tree}` };
  if (!(await mayRunCi(ci, deps))) return null;
  const placed: Placed = {
    work: { run, phase, settings, head },
    candidate: { ...candidate, base: head, tree: outcome.tree },
  };
  const evidence = await runGates(
    {
      repository,
      settings,
      of: phase.id,
      profile: rulesOf(run, phase).ciProfile,
      needsInstall: phase.needsInstall,
      commit: head,
      base: run.base?.sha ?? null,
      tree: outcome.tree,
      judge: async () => judgeStatically({ run, settings, phase, from: head, to: outcome.tree }, deps),
    },
    deps,
    signal,
  );
  if (evidence === null) {
    await releaseCi(ci, deps);
    return null;
  }
  await settleCi(ci, evidence, deps);
  const acceptance = evidence.every(isGreen) ? await accept(placed, { deps, signal }) : NOT_JUDGED;
  return acceptance === null ? null : judged(placed, evidence, acceptance.result);
}

/**
 * Whether the candidate was pushed as it was checked last, and only the news of it was lost. Where it was not, the same change
 * came from somebody else: another phase of its wave, or a person.
 */
async function hasLanded({ run, phase, head }: PhaseAtWork, candidate: Candidate, deps: JobDeps): Promise<boolean> {
  const { repository } = run;
  const placed = await placeCandidate(candidate, { repository, onto: candidate.base }, deps);
  if (placed.kind === "conflict") return false;
  const commit = { tree: placed.tree, parent: candidate.base, at: candidate.builtAt };
  const own = await deps.git.commit(repository, { ...commit, message: commitMessage(run, phase, candidate) });
  return deps.git.isAncestor(repository, { ancestor: own, of: head });
}

interface Placed {
  readonly work: PhaseAtWork;
  readonly candidate: Candidate;
}

interface Acceptance {
  /** Null where the plan asks for no more than the gates, or the gates were not passed. */
  readonly result: AcceptanceResult | null;
}

const NOT_JUDGED: Acceptance = { result: null };

/** Judges the tree by the phase's acceptance spec. Null when it was cancelled. */
async function accept({ work, candidate }: Placed, { deps, signal }: Means): Promise<Acceptance | null> {
  const { run, phase, settings } = work;
  if (phase.plan.spec === null) return NOT_JUDGED;
  const result = await runAcceptance(
    {
      repository: run.repository,
      settings,
      runId: run.id,
      phaseId: phase.id,
      commit: candidate.base,
      tree: candidate.tree,
      base: builderAttempt(phase)?.base ?? candidate.base,
      attempt: builderAttempt(phase),
      spec: phase.plan.spec,
    },
    deps,
    signal,
  );
  return result === null ? null : { result };
}

function judged(
  { work, candidate }: Placed,
  evidence: readonly GateEvidence[],
  acceptance: AcceptanceResult | null,
): RunEvent {
  const phaseId = work.phase.id;
  const isPassed = evidence.every(isGreen) && (acceptance === null || acceptance.verdict === "passed");
  if (isPassed) return { kind: "checks_passed", phaseId, candidate, evidence, acceptance };
  const refusal = isHeldByRules(evidence) ? refusalText(evidence, work.run.accepted) : null;
  if (refusal !== null) {
    const failure = { class: "rejected", message: refusal } as const;
    return { kind: "checks_failed", phaseId, candidate, evidence, acceptance, failure };
  }
  const message =
    evidence.every(isGreen) && acceptance !== null ? acceptanceFailureText(acceptance) : failureText(evidence);
  const failure = { class: classifyCheckFailure(evidence, acceptance), message };
  return { kind: "checks_failed", phaseId, candidate, evidence, acceptance, failure };
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
