import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { tryLock, withLock } from "./fileLock.ts";
import type { FileLock } from "./fileLock.ts";
import { removeTree } from "./removeTree.ts";

/** Kept so that the garbage collector cannot close, and thereby free, a lock that stands for this process. */
const held = new Set<FileLock>();

/**
 * Makes this process's own folder under `<root>/checkouts` and removes those of processes that are gone.
 *
 * Each folder has a lock beside it that its owner holds for life, so a folder whose lock can be had has lost its owner.
 */
export async function claimCheckoutsFolder(root: string): Promise<string> {
  const folder = join(root, "checkouts");
  await mkdir(folder, { recursive: true });
  return withLock(join(folder, "sweep.lock"), async () => {
    await sweep(folder);
    const own = join(folder, `${process.pid}-${randomUUID().slice(0, 8)}`);
    const lock = tryLock(`${own}.lock`);
    if (lock !== null) held.add(lock);
    await mkdir(own);
    return own;
  });
}

async function sweep(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeIfAbandoned(join(folder, entry.name));
  }
}

async function removeIfAbandoned(path: string): Promise<void> {
  const lock = tryLock(`${path}.lock`);
  if (lock === null) return;
  try {
    await removeTree(path);
    await rm(`${path}.lock`, { force: true });
  } finally {
    lock.release();
  }
}
