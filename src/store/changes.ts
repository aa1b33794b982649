import pg from "pg";
import type { RunId } from "../domain/ids.ts";

/** The channel on which changed runs are announced; the payload is the run's id. */
export const CHANGES_CHANNEL = "autopack_changes";

/** How long after a lost connection LISTEN is tried again, in milliseconds. */
const RECONNECT_MS = 1000;

/** Told of changed runs, as they commit, whichever process changed them. */
export interface Changes {
  /** Calls `listener` for each change of the run, and after each gap in which changes may have been missed. */
  subscribe(runId: RunId, listener: () => void): () => void;
  close(): Promise<void>;
}

/** Listens on one connection of its own. Losing it loses nothing: every listener is called when it is back. */
export async function listenToChanges(url: string, channel: string): Promise<Changes> {
  const listeners = new Map<RunId, Set<() => void>>();
  let closed = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;

  function callAll(): void {
    for (const set of listeners.values()) for (const listener of set) listener();
  }

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, application_name: "autopack changes", keepAlive: true });
    fresh.on("notification", ({ payload }) => {
      for (const listener of listeners.get((payload ?? "") as RunId) ?? []) listener();
    });
    fresh.on("error", () => lost(fresh));
    fresh.on("end", () => lost(fresh));
    await fresh.connect();
    await fresh.query(`listen ${channel}`);
    client = fresh;
    callAll();
  }

  function lost(which: pg.Client): void {
    if (closed || (client !== null && client !== which) || timer !== null) return;
    client = null;
    timer = setTimeout(() => {
      timer = null;
      connect().catch(() => lost(which));
    }, RECONNECT_MS);
  }

  await connect();
  return {
    subscribe(runId, listener) {
      const set = listeners.get(runId) ?? new Set();
      listeners.set(runId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(runId);
      };
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
