import { setTimeout as delay } from "node:timers/promises";
import type { Knex } from "knex";
import type { ApiLimit, ApiRequest } from "../domain/apiRequest.ts";
import { NotSent } from "../domain/notSent.ts";
import { nextTurn, takeTurn } from "../domain/writePace.ts";
import { pausesOf, savePause, updateTurns } from "../store/writeSlots.ts";

/** A wait up to this long is slept through: less than it costs to give the job back and to take it up again. */
const SHORT_WAIT_MS = 2000;

/** How long this process believes that GitHub wants no pause, for reads: another worker may have heard otherwise. */
const BELIEVED_MS = 1000;

export interface GovernorParts {
  readonly knex: Knex;
  /** Writes a second and installation; 0 for a GitHub without limits. A pause that GitHub asks for is kept all the same. */
  readonly writesPerSecond: number;
  /** Ends short waits: the worker stops. */
  readonly signal: AbortSignal;
  /** For tests. The database's time by default: the clocks of workers differ. */
  readonly time?: GovernorTime;
}

export interface GovernorTime {
  now(): Date | null;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const databaseTime: GovernorTime = {
  now: () => null,
  sleep: async (ms, signal) => delay(ms, undefined, { signal }),
};

type Pauses = ReadonlyMap<ApiLimit["resource"], number>;

/**
 * The governor that all workers of a database share.
 *
 * Turns of writes are taken one after the other under a row lock. A turn soon enough is waited for; for one that is further
 * off nothing is reserved, and the job comes back. Pauses are looked up with every write, and for reads at most once a second.
 */
export function storeGovernor({ knex, writesPerSecond, signal, time = databaseTime }: GovernorParts) {
  const seen = new Map<number, { readonly pauses: Promise<Pauses>; readonly until: number }>();

  async function admit(installationId: number, request: ApiRequest): Promise<void> {
    const pauses = await (request.kind === "read" ? recentPauses(installationId) : freshPauses(installationId));
    const pausedMs = Math.max(pauses.get("all") ?? 0, pauses.get(request.resource) ?? 0);
    if (pausedMs > 0) throw new NotSent(`GitHub wants installation ${installationId} to pause`, { afterMs: pausedMs });
    if (request.kind === "read") return;
    const waitMs = await takenTurn(installationId, request.kind === "create");
    if (waitMs > SHORT_WAIT_MS)
      throw new NotSent(`other writes of installation ${installationId} come first`, { afterMs: waitMs });
    if (waitMs > 0) await sleep(waitMs);
  }

  /** How long until the turn, which is taken if that is not long. */
  async function takenTurn(installationId: number, creates: boolean): Promise<number> {
    if (writesPerSecond === 0) return 0;
    const pace = { perSecond: writesPerSecond, creates };
    return updateTurns(knex, { installationId, at: time.now() }, (turns, now) => {
      const at = nextTurn(turns, now, pace);
      const waitMs = at.getTime() - now.getTime();
      return { turns: waitMs > SHORT_WAIT_MS ? null : takeTurn(turns, at, pace), decision: waitMs };
    });
  }

  async function sleep(ms: number): Promise<void> {
    try {
      await time.sleep(ms, signal);
    } catch {
      throw new NotSent("this worker is stopping; the work goes back to the queue", { afterMs: 0 });
    }
  }

  async function freshPauses(installationId: number): Promise<Pauses> {
    const pauses = pausesOf(knex, { installationId, at: time.now() });
    seen.set(installationId, { pauses, until: performance.now() + BELIEVED_MS });
    pauses.catch(() => seen.delete(installationId));
    return pauses;
  }

  async function recentPauses(installationId: number): Promise<Pauses> {
    const known = seen.get(installationId);
    return known !== undefined && performance.now() < known.until ? known.pauses : freshPauses(installationId);
  }

  return {
    admit,
    async pause(installationId: number, limit: ApiLimit): Promise<void> {
      await savePause(knex, { installationId, at: time.now() }, limit);
      seen.delete(installationId);
    },
  };
}
