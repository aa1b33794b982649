import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { canExecute, type Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { hasCode } from "./errorCode.ts";
import { exists } from "./exists.ts";

/** Paths in `pg-symlinks.json` are relative to the folder above `native`. */
const links = z.array(z.object({ source: z.string(), target: z.string() }));

export interface BinariesUse {
  /** The account that will run them; undefined: ours. */
  readonly account: Account | undefined;
  /** Where a copy may be kept if they cannot be run from where npm put them. */
  readonly copyTo: string;
}

/**
 * Makes the binaries runnable, and gives the folder to run them from.
 *
 * npm packages hold no symlinks, so a script of the package makes them after installation; where scripts are blocked, this
 * does. The binaries are copied once (60 MB, 0.2 s) if `node_modules` is read-only, or closed to the server's account.
 */
export async function prepareBinaries({ native, version }: Binaries, use: BinariesUse): Promise<string> {
  const runnable = use.account === undefined || (await canExecute(use.account, native));
  if (runnable && (await restoreLinks(native))) return native;

  const copy = join(use.copyTo, `postgres-${version}`);
  if (await exists(copy)) return copy;
  await copyBinaries(native, copy);
  return copy;
}

/** Appears under its name only when complete; of two processes that copy at once, one copy stays. */
async function copyBinaries(native: string, copy: string): Promise<void> {
  const staging = `${copy}.new-${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(dirname(copy), { recursive: true });
    await cp(native, staging, { recursive: true, verbatimSymlinks: true });
    await openToAll(staging);
    await restoreLinks(staging);
    await rename(staging, copy);
  } catch (cause) {
    await rm(staging, { recursive: true, force: true });
    if (hasCode(cause, ["ENOTEMPTY", "EEXIST"])) return;
    throw new Error(`Copying PostgreSQL's binaries from ${native} to ${copy}; make room or set DATABASE_URL.`, {
      cause,
    });
  }
}

/** Whether all links are there now; false if they are missing and the folder is not ours to write. */
async function restoreLinks(native: string): Promise<boolean> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  try {
    for (const { source, target } of links.parse(JSON.parse(list))) {
      const path = join(native, target.replace(/^native\//, ""));
      if (!(await exists(path))) await symlink(basename(source), path);
    }
    return true;
  } catch (cause) {
    if (hasCode(cause, ["EEXIST"])) return restoreLinks(native);
    if (hasCode(cause, ["EACCES", "EPERM", "EROFS"])) return false;
    throw new Error(`Linking PostgreSQL's libraries in ${native}.`, { cause });
  }
}

/** An installation under umask 077 is readable to its owner only. */
async function openToAll(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
