import { Failure } from "../domain/failure.ts";
import type { RetryInstruction } from "../domain/failure.ts";
import type { RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { Changes } from "../store/changes.ts";
import { findRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import type { JobDeps } from "./handler.ts";

/** A change whose announcement was missed is seen after this long, in milliseconds: the heartbeat's interval. */
const LOOK_AGAIN_MS = 5000;

/** The worker stops. Nothing is used up: another worker takes the job. */
export class Drained extends Failure {
  readonly retry: RetryInstruction = { afterMs: 0 };

  constructor() {
    super("this worker is stopping; the work goes back to the queue");
    this.name = "Drained";
  }
}

/** Makes `whileWanted`: work whose signal aborts once its run does not want it any more, or `draining` aborts. */
export function whileWantedOf(store: Store, changes: Changes, draining: AbortSignal): JobDeps["whileWanted"] {
  return async function whileWanted<T>(
    runId: RunId,
    wanted: (run: Run) => boolean,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const unwanted = new AbortController();
    async function look(): Promise<void> {
      const run = await findRun(store.knex, runId);
      if (run === null || !wanted(run)) unwanted.abort();
    }
    // The database may be away for a moment: the next look will tell.
    const lookQuietly = (): void => void look().catch(() => undefined);
    const unsubscribe = changes.subscribe(runId, lookQuietly);
    const timer = setInterval(lookQuietly, LOOK_AGAIN_MS);
    try {
      lookQuietly();
      const result = await work(AbortSignal.any([unwanted.signal, draining]));
      if (draining.aborted && !unwanted.signal.aborted) throw new Drained();
      return result;
    } finally {
      clearInterval(timer);
      unsubscribe();
    }
  };
}
