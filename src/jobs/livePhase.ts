import type { Attempt } from "../domain/attempt.ts";
import { isLive } from "../domain/attempt.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import type { AttemptId, PhaseId, RunId, Sha } from "../domain/ids.ts";
import type { IntentOf } from "../domain/intent.ts";
import type { Phase } from "../domain/phase.ts";
import { isPaused } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import type { AgentSettings, Settings } from "../domain/settings.ts";
import { headOf } from "../domain/phaseWork.ts";
import { agentOf, limitsOf } from "../domain/rulesOf.ts";
import { getRun } from "../store/runs.ts";
import { attemptGrant } from "./attemptGrant.ts";
import { bringDryBranch } from "./dryBranch.ts";
import type { JobDeps } from "./handler.ts";
import { recordSpecs } from "./recordSpecs.ts";

/** A planned run at a phase. `head` is what its work lies on: for an attempt where that began, else the head as it is. */
export interface PhaseAtWork {
  readonly run: Run;
  readonly phase: Phase;
  readonly settings: Settings;
  readonly head: Sha;
}

/** An attempt this worker has taken up. */
export interface AttemptAtWork extends PhaseAtWork {
  readonly attempt: Attempt;
  readonly agent: AgentSettings;
  /** What was reserved for it. */
  readonly grant: Amounts;
  /** Wall-clock time, by its limits and its grant. */
  readonly timeoutMs: number;
}

/** What a job says of the attempt it is about. */
export type AttemptJob = Pick<IntentOf<"build_phase">, "runId" | "attemptId" | "waits">;

/** The phase as it stands, or null when the run does not build any more. */
export async function phaseAtWork(deps: JobDeps, runId: RunId, phaseId: PhaseId): Promise<PhaseAtWork | null> {
  const run = await getRun(deps.store.knex, runId);
  await bringDryBranch(run, deps);
  const phase = run.phases.find((candidate) => candidate.id === phaseId);
  return phase === undefined ? null : atPhase(run, phase, headOf(run));
}

function atPhase(run: Run, phase: Phase, head: Sha | undefined): PhaseAtWork | null {
  if (!mayWork(run, phase) || run.settings === null || head === undefined) return null;
  return { run, phase, settings: run.settings, head };
}

/**
 * Takes up an attempt for this worker, or null when there is nothing to take up, or no budget for it.
 *
 * An attempt that runs already was taken up by a worker that has died since, or this job would not be here: it is given
 * up, and the run plans another in its place. A held run starts nothing; its jobs come again when it goes on.
 */
export async function takeUp(deps: JobDeps, { runId, attemptId, waits }: AttemptJob): Promise<AttemptAtWork | null> {
  const before = await getRun(deps.store.knex, runId);
  const waiting = phaseOf(before, attemptId);
  const attempt = waiting?.attempt ?? null;
  if (waiting === undefined || attempt === null || !isLive(attempt) || attempt.waits !== waits) return null;
  if (attempt.state === "running") {
    deps.log.warn({ run: runId, attempt: attemptId, worker: attempt.workerId }, "attempt lost with its worker");
    await deps.advance(runId, { kind: "attempt_lost", attemptId });
    return null;
  }
  const agent = agentOf(before, waiting, attempt.role);
  if (isPaused(before) || before.rollback !== null || !mayWork(before, waiting) || agent === null) return null;
  await bringDryBranch(before, deps);
  const grant = await attemptGrant(before, { phase: waiting, attempt }, deps);
  if (grant === null) return null;
  const specs = await recordSpecs(before, { phase: waiting, attempt, agent }, deps);
  const { workerId } = deps;
  const run = await deps.advance(runId, { kind: "attempt_started", attemptId, workerId, grant, ...specs });
  const phase = phaseOf(run, attemptId);
  if (phase?.attempt?.state !== "running" || phase.attempt.workerId !== workerId) return null;
  const work = atPhase(run, phase, phase.attempt.base);
  const seconds = Math.min(limitsOf(run, phase, attempt.role).seconds, grant.seconds ?? Infinity);
  if (work === null) return null;
  return { ...work, attempt: phase.attempt, agent, grant, timeoutMs: Math.ceil(seconds * 1000) };
}

/** What an attempt is made for: a phase, or the writing of the plan. */
function phaseOf({ planner, phases }: Run, attemptId: AttemptId): Phase | undefined {
  return [planner, ...phases].find((candidate) => candidate?.attempt?.id === attemptId) ?? undefined;
}

/** Phases are worked on while the run builds, and the plan is written while it plans. */
function mayWork({ state, planner }: Run, { id }: Phase): boolean {
  return state.kind === (planner?.id === id ? "planning" : "building");
}

/** The attempt is still the one the run waits for. */
export function wantsAttempt(attemptId: AttemptId): (run: Run) => boolean {
  return (run) => {
    const phase = phaseOf(run, attemptId);
    return phase !== undefined && mayWork(run, phase) && phase.attempt?.state === "running";
  };
}
