import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { SetupCache } from "../../ports/setupCache.ts";

const run = promisify(execFile);

/** Entries that are kept, the longest unused go first. A `node_modules` is some hundred MiB. */
const MOST_ENTRIES = 12;
/** Longer than any copy takes: what has this suffix and is older was left by a killed process. */
const STALE_MS = 3_600_000;
const HALF = ".tmp";
const LIST = "paths.json";

const Paths = z.array(z.string());

/**
 * Keeps entries as folders below `root`, complete ones only: each is made beside and gets its name at the end.
 *
 * Files are copied by `cp --reflink=auto`: a file system that can shares their blocks until somebody writes.
 */
export function openSetupCache(root: string): SetupCache {
  const queues = new Map<string, Promise<unknown>>();
  return {
    exclusively: async <T>(key: string, work: () => Promise<T>): Promise<T> => {
      const turn = (queues.get(key) ?? Promise.resolve()).then(work, work);
      const done = turn.catch(() => undefined);
      queues.set(key, done);
      try {
        return await turn;
      } finally {
        if (queues.get(key) === done) queues.delete(key);
      }
    },
    restore: async (key, checkout) => restore(join(root, key), checkout),
    keep: async (key, from) => {
      try {
        await mkdir(root, { recursive: true, mode: 0o700 });
        await keep(join(root, key), from);
        await makeRoom(root);
      } catch (cause) {
        throw new EnvironmentFailure("keeping what the set-up steps made failed", { cause });
      }
    },
  };
}

async function restore(entry: string, checkout: string): Promise<boolean> {
  const paths = await readPaths(entry);
  if (paths === null) return false;
  const laid: string[] = [];
  try {
    for (const path of paths) {
      if (!(await isFree(checkout, path))) throw new Error(`${path} is there already`);
      laid.push(path);
      await copy(join(entry, "files", path), join(checkout, path));
    }
    const now = new Date();
    await utimes(entry, now, now);
    return true;
  } catch {
    // Another worker made room meanwhile, or the tree has files of its own there: the steps run instead.
    for (const path of laid) await rm(join(checkout, path), { recursive: true, force: true });
    return false;
  }
}

async function keep(
  entry: string,
  { checkout, paths }: { readonly checkout: string; readonly paths: readonly string[] },
): Promise<void> {
  const half = `${entry}.${randomBytes(6).toString("hex")}${HALF}`;
  try {
    const there: string[] = [];
    for (const path of paths) {
      const stats = await plainStat(checkout, path);
      if (stats === null) continue;
      there.push(path);
      await copy(join(checkout, path), join(half, "files", path));
    }
    await mkdir(half, { recursive: true, mode: 0o700 });
    await writeFile(join(half, LIST), JSON.stringify(there));
    await rename(half, entry).catch(async (error: NodeJS.ErrnoException) => {
      // Another worker was faster, and has made the same.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

async function readPaths(entry: string): Promise<readonly string[] | null> {
  try {
    return Paths.parse(JSON.parse(await readFile(join(entry, LIST), "utf8")));
  } catch {
    return null;
  }
}

/** Keeps modes, times and links as they are, and follows none. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await run("cp", ["-a", "--reflink=auto", "-T", "--", from, to], { maxBuffer: 1 << 20 });
}

/** Of the path itself; null where nothing is there. Throws where a folder on the way is a link, for that leads elsewhere. */
async function plainStat(checkout: string, path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  const parts = path.split("/");
  for (let length = 1; length < parts.length; length += 1) {
    const stats = await statOrNull(join(checkout, ...parts.slice(0, length)));
    if (stats === null) return null;
    if (!stats.isDirectory())
      throw new Error(`${path} leads through ${parts.slice(0, length).join("/")}, which is no folder`);
  }
  return statOrNull(join(checkout, path));
}

async function isFree(checkout: string, path: string): Promise<boolean> {
  return (await plainStat(checkout, path)) === null;
}

async function statOrNull(path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  return lstat(path).catch(() => null);
}

async function makeRoom(root: string): Promise<void> {
  const names = await readdir(root);
  const entries = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await statOrNull(join(root, name)))?.mtimeMs ?? 0 })),
  );
  const whole = entries
    .filter(({ name }) => !name.endsWith(HALF))
    .toSorted((a, b) => Number(b.usedAt) - Number(a.usedAt));
  const stale = entries.filter(({ name, usedAt }) => name.endsWith(HALF) && Date.now() - Number(usedAt) > STALE_MS);
  for (const { name } of [...whole.slice(MOST_ENTRIES), ...stale])
    await rm(join(root, name), { recursive: true, force: true });
}
