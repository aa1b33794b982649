import { lstat, opendir, readdir, readlink, stat, statfs } from "node:fs/promises";
import type { Stats } from "node:fs";
import { join } from "node:path";

/** `st_blocks` counts these, whatever the file system's own blocks are. */
const BLOCK_BYTES = 512;
/** An empty file costs an inode and its name. Counted so that files without content cannot be made without end. */
const LEAST_BYTES = 1024;

/**
 * What folders take on disk, names that are removed meanwhile left out. Follows no link; a file with several names counts
 * once. Gives up counting beyond `stopAt`.
 */
export async function diskUse(folders: readonly string[], stopAt = Number.POSITIVE_INFINITY): Promise<number> {
  const seen = new Set<string>();
  const waiting = [...folders];
  let bytes = 0;
  for (let folder = waiting.pop(); folder !== undefined && bytes <= stopAt; folder = waiting.pop()) {
    for await (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      bytes += sizeOf(await lstat(path).catch(() => null), seen);
      if (bytes > stopAt) break;
    }
  }
  return bytes;
}

/**
 * What processes hold of files that have no name any more, on the file systems of `folders`: they still fill the disk.
 * Knows open descriptors only, of processes that this one may look into.
 */
export async function namelessUse(pids: readonly number[], folders: readonly string[]): Promise<number> {
  if (pids.length === 0) return 0;
  const devices = new Set((await Promise.all(folders.map(statOrNull))).flatMap((found) => found?.dev ?? []));
  const seen = new Set<string>();
  let bytes = 0;
  for (const pid of pids) {
    for (const path of await descriptorsOf(pid)) {
      const found = await statOrNull(path);
      if (found?.nlink !== 0 || !devices.has(found.dev)) continue;
      const key = `${found.dev}:${found.ino}`;
      if (!seen.has(key)) bytes += found.blocks * BLOCK_BYTES;
      seen.add(key);
    }
  }
  return bytes;
}

/** Bytes that are free where the folders are, each file system once; null where that cannot be told. */
export async function freeSpace(folders: readonly string[]): Promise<number | null> {
  try {
    const systems = new Map<number, number>();
    for (const folder of folders) {
      const { bavail, bsize } = await statfs(folder);
      systems.set((await stat(folder)).dev, bavail * bsize);
    }
    return [...systems.values()].reduce((sum, bytes) => sum + bytes, 0);
  } catch {
    return null;
  }
}

async function* entriesOf(folder: string) {
  try {
    yield* await opendir(folder);
  } catch {
    // It is gone, or the program took the right to read it: what is in it was counted as far as it could be.
  }
}

function sizeOf(found: Stats | null, seen: Set<string>): number {
  if (found === null) return 0;
  if (found.nlink > 1 && !found.isDirectory()) {
    const key = `${found.dev}:${found.ino}`;
    if (seen.has(key)) return 0;
    seen.add(key);
  }
  return Math.max(found.blocks * BLOCK_BYTES, LEAST_BYTES);
}

async function descriptorsOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const paths = names.map((name) => join(folder, name));
  const targets = await Promise.all(paths.map(async (path) => readlink(path).catch(() => "")));
  return paths.filter((_, index) => targets[index]?.endsWith(" (deleted)") === true);
}

async function statOrNull(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null);
}
