import type { Attempt } from "../domain/attempt.ts";
import { isLive } from "../domain/attempt.ts";
import type { AttemptId, PhaseId, RunId, Sha } from "../domain/ids.ts";
import type { Phase } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import type { Settings } from "../domain/settings.ts";
import { headOf } from "../domain/phaseWork.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps } from "./handler.ts";

/** A planned run at a phase. `head` is where its work starts: the integration head, or the base. */
export interface PhaseAtWork {
  readonly run: Run;
  readonly phase: Phase;
  readonly settings: Settings;
  readonly head: Sha;
}

/** The phase as it stands, or null when the run does not build any more. */
export async function phaseAtWork(deps: JobDeps, runId: RunId, phaseId: PhaseId): Promise<PhaseAtWork | null> {
  return atPhase(await getRun(deps.store.knex, runId), phaseId);
}

function atPhase(run: Run, phaseId: PhaseId): PhaseAtWork | null {
  const phase = run.phases.find((candidate) => candidate.id === phaseId);
  const head = headOf(run);
  if (run.state.kind !== "building" || phase === undefined || run.settings === null || head === undefined) return null;
  return { run, phase, settings: run.settings, head };
}

/**
 * Takes up an attempt for this worker, or null when there is nothing to take up.
 *
 * An attempt that runs already was taken up by a worker that has died since, or this job would not be here: it is given
 * up, and the run plans another in its place.
 */
export async function takeUp(deps: JobDeps, runId: RunId, attemptId: AttemptId): Promise<PhaseAtWork | null> {
  const before = await getRun(deps.store.knex, runId);
  const attempt = findAttempt(before, attemptId);
  if (attempt === null || !isLive(attempt)) return null;
  if (attempt.state !== "pending") {
    deps.log.warn({ run: runId, attempt: attemptId, worker: attempt.workerId }, "attempt lost with its worker");
    await deps.advance(runId, { kind: "attempt_lost", attemptId });
    return null;
  }
  const run = await deps.advance(runId, { kind: "attempt_started", attemptId, workerId: deps.workerId });
  const phase = run.phases.find((candidate) => candidate.attempt?.id === attemptId);
  if (phase?.attempt?.state !== "running" || phase.attempt.workerId !== deps.workerId) return null;
  return atPhase(run, phase.id);
}

/** The attempt is still the one the run waits for. */
export function wantsAttempt(attemptId: AttemptId): (run: Run) => boolean {
  return (run) => run.state.kind === "building" && findAttempt(run, attemptId)?.state === "running";
}

function findAttempt(run: Run, id: AttemptId): Attempt | null {
  return run.phases.find((phase) => phase.attempt?.id === id)?.attempt ?? null;
}
