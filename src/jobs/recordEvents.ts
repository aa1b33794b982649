import { storedEvent } from "../domain/attemptEvent.ts";
import type { AttemptId } from "../domain/ids.ts";
import type { AgentEvent } from "../ports/agent.ts";
import { appendAttemptEvents, MAX_ATTEMPT_EVENTS } from "../store/attemptEvents.ts";
import type { NewAttemptEvent } from "../store/attemptEvents.ts";
import type { JobDeps } from "./handler.ts";

/** How often events are written, in milliseconds: as often as output. */
const FLUSH_MS = 500;
const BATCH = 500;

export interface EventRecorderDeps extends Pick<JobDeps, "store" | "log"> {
  readonly clock: Pick<JobDeps["clock"], "now">;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

export interface EventRecorder {
  /** Buffered; never throws. */
  onEvent(event: AgentEvent): void;
  /** Writes what is left; never throws. What the database does not take then is lost: events are for those who look on. */
  close(): Promise<void>;
}

/** Keeps an attempt's events, live. Those beyond 10,000 are let go, here as in the database. */
export function eventRecorder({ store, clock, log, redact }: EventRecorderDeps, attemptId: AttemptId): EventRecorder {
  let pending: readonly NewAttemptEvent[] = [];
  let taken = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  /** What fails to be written waits for the next time, in its order. */
  async function write(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending.slice(0, BATCH);
      await appendAttemptEvents(store.knex, attemptId, batch);
      pending = pending.slice(batch.length);
    }
  }
  async function flush(isLast: boolean): Promise<void> {
    try {
      await write();
    } catch (err) {
      if (isLast) log.warn({ err, attempt: attemptId, lost: pending.length }, "events of an attempt were not written");
    }
  }
  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = null;
      writing = writing.then(async () => flush(false));
    }, FLUSH_MS);
  }
  return {
    onEvent(event) {
      // One more than is kept, so that the database says that there was more.
      if (taken > MAX_ATTEMPT_EVENTS) return;
      taken += 1;
      pending = [...pending, { ...storedEvent(event, redact), at: clock.now() }];
      schedule();
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      await writing;
      await flush(true);
    },
  };
}
