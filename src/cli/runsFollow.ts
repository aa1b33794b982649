import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import type { Changes } from "../store/changes.ts";
import { eventsAfter } from "../store/history.ts";
import type { StoredLine } from "../store/history.ts";
import { isLive } from "../store/historyRuns.ts";

/** How often a run is looked at again when nothing was heard of it, in milliseconds: notifications may be lost on the way. */
const POLL_MS = 2000;

export interface FollowOptions {
  /** Tells of changes as they commit; null where the database can only be asked, as behind some poolers. */
  readonly changes: Changes | null;
  /** The line after which to begin. */
  readonly after: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly pollMs?: number;
}

/** New lines of a run's history as they are written, until the run has ended or failed. Misses none, tells none twice. */
export async function* followEvents(
  db: Knex,
  runId: RunId,
  options: FollowOptions,
): AsyncGenerator<readonly StoredLine[], void, undefined> {
  const bell = hangBell(runId, options);
  let seq = options.after;
  try {
    while (!options.signal.aborted) {
      // The state first: whatever ended the run is then among the lines read after it.
      const live = await isLive(db, runId);
      for (let lines = await eventsAfter(db, runId, seq); lines.length > 0; lines = await eventsAfter(db, runId, seq)) {
        seq = lines.at(-1)?.seq ?? seq;
        yield lines;
      }
      if (!live) return;
      await bell.rung();
    }
  } finally {
    bell.takeDown();
  }
}

interface Bell {
  /** Resolves when it has rung since the last call. */
  rung(): Promise<void>;
  takeDown(): void;
}

function hangBell(runId: RunId, { changes, signal, pollMs = POLL_MS }: FollowOptions): Bell {
  let hasRung = false;
  let wake: (() => void) | null = null;
  function ring(): void {
    hasRung = true;
    wake?.();
  }
  const unsubscribe = changes?.subscribe(runId, ring);
  const timer = setInterval(ring, pollMs);
  signal.addEventListener("abort", ring);
  return {
    async rung() {
      if (!hasRung && !signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      hasRung = false;
      wake = null;
    },
    takeDown() {
      unsubscribe?.();
      clearInterval(timer);
      signal.removeEventListener("abort", ring);
    },
  };
}
