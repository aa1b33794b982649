import { ifUnlocked, sweepLock } from "../../store/lock.ts";
import { endSessions, findOrphans, giveUpWorkers } from "../../store/workers.ts";
import type { JobDeps } from "../handler.ts";

/**
 * Gives up workers whose heartbeat is missing, and their attempts, so that others take these over. Gives how many attempts
 * were lost; null when another worker is at it.
 *
 * The queue notices a dead worker too, by the jobs it leaves. Both end in the same event about the same attempt, and the
 * second one is stale. This one also finds what has no job any more, and ends the sessions that a frozen process keeps open.
 */
export async function sweepLostAttempts({
  store,
  log,
  advance,
}: Pick<JobDeps, "store" | "log" | "advance">): Promise<number | null> {
  return ifUnlocked(store.knex, sweepLock("lost_attempts"), async () => {
    // Before their attempts: the rows of their runs may be locked by an open transaction of theirs.
    for (const worker of await giveUpWorkers(store.knex))
      log.warn({ worker }, "worker given up: its heartbeat is missing");
    const sessions = await endSessions(store.knex);
    if (sessions > 0) log.warn({ sessions }, "sessions of workers that were given up are ended");
    const orphans = await findOrphans(store.knex);
    for (const { runId, attemptId, workerId } of orphans) {
      const ids = { run: runId, attempt: attemptId, worker: workerId };
      log.warn(ids, "attempt lost with its worker");
      // One that cannot be given up keeps nobody from the others; the next sweep finds it again.
      await advance(runId, { kind: "attempt_lost", attemptId }).catch((err: unknown) =>
        log.error({ ...ids, err }, "giving up an attempt failed"),
      );
    }
    return orphans.length;
  });
}
