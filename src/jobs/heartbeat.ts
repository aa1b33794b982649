import { hostname } from "node:os";
import { beat } from "../store/heartbeats.ts";
import { leaveWorker } from "../store/workers.ts";
import type { WorkerPulse } from "../store/workers.ts";
import type { JobDeps } from "./handler.ts";
import type { RunningAttempts } from "./runningAttempts.ts";

export interface WorkerFacts {
  readonly version: string;
  /** Jobs of each long kind it runs at one time. */
  readonly concurrency: number;
}

export interface Heartbeat {
  /** Writes one. @throws when the database does not take it. */
  beat(): Promise<void>;
  /** From now on the worker says that it takes no more work. */
  drain(): void;
  /** The worker's last words. */
  leave(): Promise<void>;
}

/** What a worker says of itself and of its attempts: one statement a beat, however many attempts there are. */
export function heartbeatOf(
  { store, workerId, clock }: Pick<JobDeps, "store" | "workerId" | "clock">,
  attempts: RunningAttempts,
  { version, concurrency }: WorkerFacts,
): Heartbeat {
  let state: WorkerPulse["state"] = "up";
  let cpuBefore = process.cpuUsage();
  let beatBefore = clock.now().getTime();

  /** Since the last beat; of one core. */
  function cpuPercent(): number {
    const now = clock.now().getTime();
    const { user, system } = process.cpuUsage(cpuBefore);
    const elapsedMs = now - beatBefore;
    cpuBefore = process.cpuUsage();
    beatBefore = now;
    return elapsedMs <= 0 ? 0 : (user + system) / (10 * elapsedMs);
  }

  return {
    async beat() {
      const pulse: WorkerPulse = {
        id: workerId,
        hostname: hostname(),
        pid: process.pid,
        version,
        state,
        concurrency,
        rssBytes: process.memoryUsage.rss(),
        cpuPercent: cpuPercent(),
      };
      await beat(store.knex, pulse, attempts.pulses());
    },
    drain() {
      state = "draining";
    },
    leave: async () => leaveWorker(store.knex, workerId),
  };
}
