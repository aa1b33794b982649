import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { EnvironmentFailure } from "../../domain/failure.ts";

const POLL_MS = 25;
/** A first fetch of a large repository may take this long. */
const PATIENCE_MS = 20 * 60_000;
/** SQLITE_BUSY: somebody else holds the lock. */
const BUSY = 5;

export interface FileLock {
  release(): void;
}

/**
 * Takes a lock that no other process of this machine can take meanwhile, or gives null when it is held.
 *
 * Node has no flock; SQLite brings one that works everywhere, so an empty database file serves. The operating system
 * frees it with the process, also after kill -9, so there are no stale locks to recover from.
 */
export function tryLock(file: string): FileLock | null {
  let database: DatabaseSync | null = null;
  try {
    const opened = new DatabaseSync(file);
    database = opened;
    opened.exec("begin exclusive");
    return { release: () => opened.close() };
  } catch (cause) {
    database?.close();
    if (cause instanceof Error && "errcode" in cause && cause.errcode === BUSY) return null;
    throw new EnvironmentFailure(`Locking ${file}: it cannot be written`, { cause });
  }
}

/** Runs `work` while this process alone holds `file`; waits for others, up to 20 minutes. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(file);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function waitForLock(file: string): Promise<FileLock> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = tryLock(file);
    if (lock !== null) return lock;
    if (performance.now() > deadline) {
      throw new EnvironmentFailure(
        `Waiting for ${file}: another process has held it for ${PATIENCE_MS / 60_000} minutes`,
      );
    }
    await delay(POLL_MS);
  }
}
