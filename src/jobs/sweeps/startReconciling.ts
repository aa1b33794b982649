import { setTimeout as delay } from "node:timers/promises";
import { every } from "./every.ts";
import type { Repeating } from "./every.ts";
import { sweepDeliveries } from "./sweepDeliveries.ts";
import type { DeliverySweepDeps } from "./sweepDeliveries.ts";
import { sweepState } from "./sweepState.ts";
import type { StateSweepDeps } from "./sweepState.ts";

/** Between two looks at GitHub's log of webhooks, in milliseconds. */
const DELIVERIES_MS = 5 * 60_000;

/** Between two looks at what GitHub shows, in milliseconds. */
const STATE_MS = 15 * 60_000;

/** From the start to the first look at GitHub's log, in milliseconds: a worker takes up its work first. */
const FIRST_DELIVERIES_MS = 2000;

/**
 * From the start to the first look at what GitHub shows, in milliseconds: by then, what GitHub's log had has been sent again,
 * and nothing from before the start can still be on its way.
 */
const FIRST_STATE_MS = 45_000;

/** How long a sweep that waits for GitHub may keep a worker from stopping, in milliseconds. The next one goes on. */
const STOP_MS = 2000;

export type ReconcilingDeps = DeliverySweepDeps & StateSweepDeps;

/**
 * Begins this worker's share in finding out which webhooks did not come: it looks at GitHub's log at once and every 5
 * minutes, and at what GitHub shows within the first minute and every 15 minutes. A server that was down so catches up within a minute.
 */
export function startReconciling(deps: ReconcilingDeps): Repeating {
  const { log } = deps;
  const stopping = new AbortController();

  async function deliveries(): Promise<void> {
    try {
      await sweepDeliveries(deps);
    } catch (err) {
      log.warn({ err }, "comparing GitHub's log of webhooks failed; the next sweep goes on");
    }
  }

  async function state(): Promise<void> {
    try {
      await sweepState(deps, { signal: stopping.signal });
    } catch (err) {
      log.warn({ err }, "comparing what GitHub shows failed; the next sweep goes on");
    }
  }

  const sweeps: Repeating[] = [];
  const first = [
    setTimeout(() => sweeps.push(every(DELIVERIES_MS, deliveries)), FIRST_DELIVERIES_MS),
    setTimeout(() => sweeps.push(every(STATE_MS, state)), FIRST_STATE_MS),
  ];
  return {
    async stop() {
      for (const timer of first) clearTimeout(timer);
      stopping.abort();
      const stopped = Promise.all(sweeps.map(async (sweep) => sweep.stop()));
      await Promise.race([stopped, delay(STOP_MS, undefined, { ref: false })]);
    },
  };
}
