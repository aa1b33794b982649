import type { Knex } from "knex";
import { SILENT_MS } from "./connect.ts";

/** How often the holder of a lock tells the server that it lives, in milliseconds. */
const PULSE_MS = SILENT_MS / 3;

/** Somebody else may have the lock by now: this process was frozen, or cut off, for too long. */
export class LockLost extends Error {
  constructor(name: string, options: { readonly cause: unknown }) {
    super(`the lock ${name} was lost while its work was being done`, options);
    this.name = "LockLost";
  }
}

export interface Lock {
  /** To be called before an effect that must not be had twice. @throws LockLost */
  confirm(): Promise<void>;
}

/**
 * Runs `work` while no other process runs work under the same name. The lock dies with the process that holds it, and the
 * server takes it from one that has been silent for 15 s.
 *
 * Holds one pooled connection meanwhile, so the pool must be larger than the number of locks held at once.
 */
export async function withLock<T>(db: Knex, name: string, work: (lock: Lock) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [name]);
    return holding(tx, name, work);
  });
}

/** The same where nobody has the lock; null, and nothing is done, where somebody has. */
export async function ifUnlocked<T>(db: Knex, name: string, work: (lock: Lock) => Promise<T>): Promise<T | null> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.raw<{ rows: [{ mine: boolean }] }>(
      "select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as mine",
      [name],
    );
    return rows[0].mine ? holding(tx, name, work) : null;
  });
}

async function holding<T>(tx: Knex, name: string, work: (lock: Lock) => Promise<T>): Promise<T> {
  const beat = async (): Promise<void> => tx.raw("select 1");
  // A lost one is for `confirm` to find, or for the end of the transaction.
  const pulse = setInterval(() => void beat().catch(() => undefined), PULSE_MS);
  try {
    return await work({ confirm: async () => confirm(name, beat) });
  } finally {
    clearInterval(pulse);
  }
}

async function confirm(name: string, beat: () => Promise<void>): Promise<void> {
  try {
    await beat();
  } catch (cause) {
    throw new LockLost(name, { cause });
  }
}

/** The lock under which a run's integration branch is written, or its head read and recorded. */
export function branchLock(runId: string): string {
  return `branch:${runId}`;
}

/** The lock of each kind of sweep: one process does it at one time. */
export function sweepLock(sweep: "retention" | "lost_attempts" | "deliveries" | "state" | "orphan_checks"): string {
  return `sweep:${sweep}`;
}

/** The lock under which the live runs of a repository are merged with each other, to see whether they would. */
export function forecastLock(repositoryId: number): string {
  return `forecast:${repositoryId}`;
}

/** The lock under which a run is projected to GitHub. */
export function projectionLock(runId: string): string {
  return `projection:${runId}`;
}

/** The lock under which a check run is made on a commit. */
export function commitLock({ repositoryId, sha }: { readonly repositoryId: number; readonly sha: string }): string {
  return `commit:${repositoryId}:${sha}`;
}
