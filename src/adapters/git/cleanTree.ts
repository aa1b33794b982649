import { chmodSync, lstatSync, rmdirSync, unlinkSync } from "node:fs";
import type { Dirent } from "node:fs";
import { lstat, readFile, rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { parseIndex } from "./gitIndex.ts";
import { onDisk } from "./rawPath.ts";
import type { RawPath } from "./rawPath.ts";
import { isUntouched } from "./touchedFiles.ts";
import { trackedPaths } from "./trackedPaths.ts";
import type { Tracked } from "./trackedPaths.ts";
import { FOLDERS_A_BREATH, list, look } from "./walkTree.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Takes everything out of a used work tree, `.git` included, except files that nobody has touched since git wrote them.
 *
 * That a file is untouched is told by its change time (nanoseconds), which the kernel sets at every write, link and
 * change of rights, and which no program can set. What is left may serve the next checkout.
 */
export async function cleanTree(workspace: Workspace): Promise<void> {
  const tracked = trackedPaths(parseIndex(await readFile(workspace.pristineIndex)));
  const madeAtMs = (await lstat(workspace.pristineIndex)).mtimeMs;
  const isKept = (path: RawPath): boolean => {
    const entry = tracked.files.get(path);
    return entry !== undefined && isUntouched(look(workspace.workTree, path), entry, madeAtMs);
  };
  const kept = new Map<RawPath, number>();
  const folders: RawPath[] = [""];
  for (const [index, folder] of folders.entries()) {
    if (index % FOLDERS_A_BREATH === FOLDERS_A_BREATH - 1) await setImmediate();
    const cleaned = await cleanFolder(workspace.workTree, folder, { tracked, isKept });
    kept.set(folder, cleaned.kept + cleaned.folders.length);
    folders.push(...cleaned.folders);
  }
  removeEmpty(workspace.workTree, folders.slice(1), kept);
  await rm(workspace.objects, { recursive: true, force: true });
}

interface Keeping {
  readonly tracked: Tracked;
  isKept(path: RawPath): boolean;
}

async function cleanFolder(
  root: string,
  folder: RawPath,
  { tracked, isKept }: Keeping,
): Promise<{ readonly kept: number; readonly folders: readonly RawPath[] }> {
  const entries = list(root, folder);
  if (entries === null) throw new Error(`Cleaning a work tree: ${folder} does not open`);
  restoreRights(onDisk(root, folder));
  const folders: RawPath[] = [];
  let kept = 0;
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && tracked.folders.has(path)) folders.push(path);
    else if (!entry.isDirectory() && isKept(path)) kept += 1;
    else await remove(onDisk(root, path), entry);
  }
  return { kept, folders };
}

function restoreRights(folder: string | Buffer): void {
  if ((lstatSync(folder).mode & 0o7700) !== 0o700) chmodSync(folder, 0o755);
}

async function remove(path: string | Buffer, entry: Dirent): Promise<void> {
  if (entry.isDirectory()) await rm(path, { recursive: true, force: true });
  else unlinkSync(path);
}

/** Git makes the folders it needs, and would leave those it does not. */
function removeEmpty(root: string, folders: readonly RawPath[], kept: Map<RawPath, number>): void {
  for (const folder of folders.toReversed()) {
    if (kept.get(folder) !== 0) continue;
    rmdirSync(onDisk(root, folder));
    const parent = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    kept.set(parent, (kept.get(parent) ?? 0) - 1);
  }
}
