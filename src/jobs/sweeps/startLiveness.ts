import type { RetentionLimits } from "../../store/retentionRules.ts";
import { releaseStale } from "../../store/ledger.ts";
import { sweepRetention } from "../../store/retention.ts";
import type { JobDeps } from "../handler.ts";
import { heartbeatOf } from "../heartbeat.ts";
import type { WorkerFacts } from "../heartbeat.ts";
import type { RunningAttempts } from "../runningAttempts.ts";
import { every } from "./every.ts";
import { sweepOrphanChecks } from "./orphanChecks.ts";
import { sweepLostAttempts } from "./lostAttempts.ts";
import { startReconciling } from "./startReconciling.ts";
import type { ReconcilingDeps } from "./startReconciling.ts";

/** The heartbeat of a worker and of its attempts, in milliseconds. */
const BEAT_MS = 5000;

/**
 * A worker judges others only after as many beats of its own as others may miss: when the database was away for a while,
 * everybody's heartbeat is missing, and nobody is dead.
 */
const REGULAR_BEATS = 3;

/** Between two sweeps of what was kept long enough, in milliseconds. */
const RETENTION_MS = 3_600_000;

/** Between two looks for check runs that nobody concludes, in milliseconds. */
const ORPHANS_MS = 600_000;

export interface LivenessOptions extends WorkerFacts {
  readonly retention: RetentionLimits;
}

/** What keeps a worker known to the others, and the others' remains swept. */
export interface Liveness {
  /** Says that the worker takes no more work; it goes on saying that it lives. */
  drain(): void;
  /** Ends the heartbeat and says that the worker is gone: whatever it has not given back is free. To be called last. */
  stop(): Promise<void>;
}

/**
 * Begins the heartbeat of this worker and its share of the sweeps: who is lost, every 5 s, which webhooks did not come, every
 * few minutes, which check runs nobody concludes, and what was kept long enough. Resolves when the worker is known to the
 * database, so is to be called before it takes jobs.
 */
export async function startLiveness(
  deps: Pick<JobDeps, "store" | "workerId" | "clock" | "forges" | "log" | "advance"> & ReconcilingDeps,
  attempts: RunningAttempts,
  options: LivenessOptions,
): Promise<Liveness> {
  const { log } = deps;
  const heartbeat = heartbeatOf(deps, attempts, options);
  let regularBeats = 0;
  let leaving = false;

  async function beat(): Promise<void> {
    try {
      await heartbeat.beat();
      regularBeats += 1;
    } catch (err) {
      regularBeats = 0;
      log.warn({ err }, "heartbeat missed: the database did not take it");
    }
    if (regularBeats > REGULAR_BEATS && !leaving) await judge();
  }

  async function judge(): Promise<void> {
    try {
      await sweepLostAttempts(deps);
    } catch (err) {
      log.warn({ err }, "looking for lost attempts failed; the next heartbeat tries again");
    }
  }

  async function sweep(): Promise<void> {
    try {
      const released = await releaseStale(deps.store.knex);
      if (released > 0) log.info({ released }, "budget reserved for work that nobody does any more is given back");
      const swept = await sweepRetention(deps.store, options.retention);
      if (swept !== null) log.info({ swept }, "what was kept long enough is deleted");
    } catch (err) {
      log.error({ err }, "deleting what was kept long enough failed; the next sweep goes on");
    }
  }

  async function endOrphans(): Promise<void> {
    try {
      await sweepOrphanChecks(deps);
    } catch (err) {
      log.warn({ err }, "looking for check runs that nobody concludes failed; the next sweep goes on");
    }
  }

  await heartbeat.beat();
  const beats = every(BEAT_MS, beat);
  const sweeps = every(RETENTION_MS, sweep);
  const orphans = every(ORPHANS_MS, endOrphans);
  const reconciling = startReconciling(deps);
  return {
    drain() {
      leaving = true;
      heartbeat.drain();
    },
    async stop() {
      leaving = true;
      await Promise.all([beats.stop(), sweeps.stop(), orphans.stop(), reconciling.stop()]);
      // The others find out by themselves.
      await heartbeat.leave().catch((err: unknown) => log.warn({ err }, "leaving failed"));
    },
  };
}
