import { accessSync, constants } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

const pollMs = 25;
const patienceMs = 120_000;
/** SQLITE_BUSY: somebody else holds the lock. */
const busy = 5;

/**
 * Runs `work` while this process alone holds `file`, whatever other processes of this machine want.
 *
 * Node has no flock; SQLite brings one that works everywhere, so an empty database file serves as the lock. The operating
 * system frees it with the process, also after kill -9. Throws when the file cannot be written, or after two minutes.
 */
export async function withStartupLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = open(file);
  try {
    await acquire(lock, file);
    return await work();
  } finally {
    lock.close();
  }
}

function open(file: string): DatabaseSync {
  try {
    const lock = new DatabaseSync(file);
    // SQLite would open a file it cannot write for reading, and lock nobody out.
    accessSync(file, constants.W_OK);
    return lock;
  } catch (cause) {
    throw unusable(file, cause);
  }
}

async function acquire(lock: DatabaseSync, file: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!tryAcquire(lock, file)) {
    if (Date.now() > deadline) {
      throw new Error(
        `Waiting for ${file}: another process has held it for ${patienceMs / 1000} s; stop that process.`,
      );
    }
    await delay(pollMs);
  }
}

function tryAcquire(lock: DatabaseSync, file: string): boolean {
  try {
    lock.exec("begin exclusive");
    return true;
  } catch (cause) {
    if (cause instanceof Error && "errcode" in cause && cause.errcode === busy) return false;
    throw unusable(file, cause);
  }
}

function unusable(file: string, cause: unknown): Error {
  return new Error(
    `Locking ${file}: this account cannot write it. Run as the account that owns its folder, choose another folder, or set DATABASE_URL to a PostgreSQL server.`,
    { cause },
  );
}
