import { constants } from "node:fs";
import type { Stats } from "node:fs";
import { lstat, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import picomatch from "picomatch";
import { globMatcher } from "../../config/globMatcher.ts";

/** Entries that are looked at for one glob. */
const MAX_ENTRIES = 200_000;

/**
 * What lies at a path of a tree in which untrusted code has run. Null when there is nothing, or a link stands on the way: one could
 * lead anywhere on this machine. A link at the very end is itself what lies there.
 */
export async function lookAt(root: string, path: string): Promise<Stats | null> {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return null;
  let at = root;
  let stats = await found(root);
  for (const part of parts) {
    if (stats === null || !stats.isDirectory()) return null;
    at = join(at, part);
    stats = await found(at);
  }
  return stats;
}

async function found(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "EACCES") return null;
    throw error;
  }
}

/** A file's bytes; null when it is no plain file, is reached by a link, or is larger than `maxBytes`. */
export async function readInside(
  root: string,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
): Promise<Buffer | null> {
  const stats = await lookAt(root, path);
  if (stats === null || !stats.isFile() || stats.size > maxBytes) return null;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(join(root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(unlessUnreadable);
  if (file === null) return null;
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Its rights may have been taken from the file. */
function unlessUnreadable(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === "EACCES") return null;
  throw error;
}

/** Plain files that a path or glob means, sorted. Links are not followed; `.git` and `node_modules` are passed over. */
export async function filesInside(root: string, pattern: string): Promise<readonly string[]> {
  if ((await lookAt(root, pattern))?.isFile() === true) return [normal(pattern)];
  const { base, isGlob } = picomatch.scan(pattern.replace(/^\.\//, ""));
  const start = isGlob ? base : normal(pattern);
  if ((await lookAt(root, start))?.isDirectory() !== true) return [];
  const isMeant = isGlob ? globMatcher([pattern]) : (): boolean => true;
  const files: string[] = [];
  const folders = [start];
  let seen = 0;
  for (const folder of folders) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      seen += 1;
      if (seen > MAX_ENTRIES) return files.toSorted();
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules") folders.push(path);
      else if (entry.isFile() && isMeant(path)) files.push(path);
    }
  }
  return files.toSorted();
}

function normal(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

export async function removeInside(root: string, pattern: string): Promise<void> {
  for (const path of await filesInside(root, pattern)) await rm(join(root, path), { force: true });
}
