import type { AttemptFailure } from "../domain/attempt.ts";
import type { AttemptRecord, RunEvent } from "../domain/event.ts";
import { Failure } from "../domain/failure.ts";
import { NO_USAGE } from "../domain/usage.ts";
import type { JobDeps } from "./handler.ts";
import { takeUp } from "./livePhase.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { whileAttempted } from "./whileAttempted.ts";
import type { AttemptWatch } from "./whileAttempted.ts";

/** What an attempt's work is done with. */
export interface AttemptMeans {
  readonly deps: JobDeps;
  readonly watch: AttemptWatch;
}

type AttemptIntent = Parameters<typeof takeUp>[1];

/** Gives what came of it; null when it was cancelled: then nobody waits for news. */
type AttemptWork = (work: AttemptAtWork, means: AttemptMeans) => Promise<RunEvent | null>;

/**
 * The job of an attempt: takes it up for this worker, does its work while the run wants it, and tells the run what came of it. A
 * broken environment is news that uses up no attempt.
 */
export function attemptJob(doWork: AttemptWork): (intent: AttemptIntent, deps: JobDeps) => Promise<void> {
  return async (intent, deps) => {
    const work = await takeUp(deps, intent);
    if (work === null) return;
    const event = await whileAttempted(deps, work, async (watch) => surviving(work, doWork, { deps, watch }));
    if (event !== null) await deps.advance(intent.runId, event);
  };
}

async function surviving(work: AttemptAtWork, doWork: AttemptWork, means: AttemptMeans): Promise<RunEvent | null> {
  try {
    return await doWork(work, means);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failedAttempt(nothingDone(work), { class: "environment", message: error.message });
  }
}

/** The record of an attempt whose agent was not started. */
export function nothingDone({ attempt: { id } }: AttemptAtWork): AttemptRecord {
  return { attemptId: id, log: null, usage: NO_USAGE };
}

export function failedAttempt(record: AttemptRecord, failure: AttemptFailure): RunEvent {
  return { kind: "attempt_failed", outcome: "failed", failure, ...record };
}
