import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isDamage, remoteFailure } from "./gitFailure.ts";
import { withLock } from "./fileLock.ts";
import { askMirror, damageMark } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";
import { askRemote } from "./remote.ts";
import type { Remote } from "./remote.ts";
import { runGit } from "./runGit.ts";
import type { GitAnswer } from "./runGit.ts";

/**
 * Work trees hold the very bytes of the blobs. In-tree `.gitattributes` are outranked by this file, so that neither a
 * repository nor an agent can have files converted, filtered or kept from being read.
 */
const ATTRIBUTES = "* !text !eol !crlf !ident !filter !working-tree-encoding !diff !merge\n";

/**
 * Brings the mirror up to date with the remote's branches, tags left out. One process at a time does it.
 *
 * A mirror that is missing, half made or damaged is made anew beside the old one and swapped in, so that readers find
 * either. Objects that only the damaged one had are lost: they can be made again from their patches.
 */
export async function fetchMirror(mirror: Mirror, remote: Remote): Promise<void> {
  await withLock(`${mirror.path}.lock`, async () => {
    const updated = isWhole(mirror) && (await update(mirror, remote));
    if (!updated) await rebuild(mirror, remote);
    await tidy(mirror);
  });
}

/** All parts are there, and nobody has met damage in it. */
export function isWhole(mirror: Mirror): boolean {
  const parts = ["HEAD", "config", "objects", "refs", join("info", "attributes")];
  return parts.every((part) => existsSync(join(mirror.path, part))) && !existsSync(damageMark(mirror));
}

/** False when the mirror turns out to be damaged. */
async function update(mirror: Mirror, remote: Remote): Promise<boolean> {
  let answer = await fetchInto(mirror.path, remote);
  if (answer.code !== 0 && /\.lock': File exists/.test(answer.stderr)) {
    await removeLeftLocks(mirror.path);
    answer = await fetchInto(mirror.path, remote);
  }
  if (!(await isHealthy(mirror.path)) || (answer.code !== 0 && isDamage(answer.stderr))) return false;
  if (answer.code !== 0) throw remoteFailure(`Fetching ${remote.name}`, answer.stderr);
  return true;
}

async function fetchInto(path: string, remote: Remote): Promise<GitAnswer> {
  return askRemote(remote, {
    args: [
      "fetch",
      "--quiet",
      "--prune",
      "--no-tags",
      "--no-write-fetch-head",
      "--end-of-options",
      remote.url,
      "+refs/heads/*:refs/heads/*",
    ],
    gitDir: path,
    cwd: dirname(path),
  });
}

/** Every branch's commit can be read, without as much as a warning. Damage further down is found by whoever meets it, who marks the mirror. */
async function isHealthy(path: string): Promise<boolean> {
  const args = ["for-each-ref", "--format=%(objectname) %(tree)", "refs/heads"];
  const { code, stderr } = await runGit({ args, gitDir: path, cwd: dirname(path) });
  return code === 0 && stderr === "";
}

async function rebuild(mirror: Mirror, remote: Remote): Promise<void> {
  await removeLeftovers(mirror);
  const path = await mkdtemp(`${mirror.path}.new-`);
  // A sandbox may read it under another account; there is nothing secret in it for whoever may enter the root.
  await chmod(path, 0o755);
  try {
    await init(path);
    const answer = await fetchInto(path, remote);
    if (answer.code !== 0) throw remoteFailure(`Fetching ${remote.name}`, answer.stderr);
    const old = `${path}-old`;
    await rename(mirror.path, old).catch(ignoreMissing);
    await rename(path, mirror.path);
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

async function init(path: string): Promise<void> {
  const args = ["init", "--quiet", "--bare", "--template=", "--object-format=sha1", "--", path];
  const answer = await runGit({ args, cwd: dirname(path) });
  if (answer.code !== 0) throw remoteFailure(`Making a mirror at ${path}`, answer.stderr);
  // `init` makes no such folder without a template.
  await mkdir(join(path, "info"), { recursive: true });
  await writeFile(join(path, "info", "attributes"), ATTRIBUTES);
}

/** What a process that was killed while making a mirror left behind. Only under the lock. */
async function removeLeftovers(mirror: Mirror): Promise<void> {
  const folder = dirname(mirror.path);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(mirror.path)}.new-`))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Locks of a git that was killed. Nobody else writes refs here: that is what our own lock is for. */
async function removeLeftLocks(path: string): Promise<void> {
  const inRefs = await readdir(join(path, "refs"), { recursive: true });
  const files = [...(await readdir(path)), ...inRefs.map((name) => join("refs", name))];
  for (const name of files) {
    if (name.endsWith(".lock")) await rm(join(path, name), { force: true });
  }
}

/** Packs what has piled up, seldom. What nothing refers to goes after git's two weeks, long after its attempt. */
async function tidy(mirror: Mirror): Promise<void> {
  await askMirror(mirror, {
    doing: "Packing the mirror",
    args: ["gc", "--auto", "--quiet"],
    config: { "gc.auto": "6700", "gc.autoDetach": "false" },
    answers: [0, 1, 128],
  });
}

function ignoreMissing(error: unknown): void {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
  throw error;
}
