import { chmodSync, lstatSync, readdirSync } from "node:fs";
import type { Dirent, Stats } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { onDisk } from "./rawPath.ts";
import type { RawPath } from "./rawPath.ts";
import type { Tracked } from "./trackedPaths.ts";

/** What lies at a path. `repository` is a folder with a `.git` of its own, or what stands where a submodule belongs. */
export interface Found {
  readonly path: RawPath;
  readonly kind: "file" | "executable" | "symlink" | "repository" | "other";
  /** Null when it could not be looked at: a path too long, a folder that does not open. */
  readonly stats: Stats | null;
}

export interface Walk {
  readonly found: ReadonlyMap<RawPath, Found>;
  /**
   * A `.gitignore` or `.gitattributes` that git must not be let near, because opening it would hang or exhaust it.
   * The walk ended there.
   */
  readonly obstacle: Found | null;
  /** There was more than is ever listed. */
  readonly cut: boolean;
}

export interface WalkOptions {
  readonly root: string;
  readonly tracked: Tracked;
  readonly maxFileBytes: number;
  /** Which of these untracked paths the repository's own rules ignore. */
  ignored(paths: readonly RawPath[]): Promise<ReadonlySet<RawPath>>;
}

/** More than a person could ever judge. Where a tree holds more, the rest goes unlisted and cannot be stored. */
const MAX_UNTRACKED = 100_000;

/** Folders between two pauses: a large tree must not keep the process from answering. */
export const FOLDERS_A_BREATH = 64;

/**
 * Lists what lies in a work tree, ignored things left out, without opening or following anything.
 *
 * Level by level, because ignore rules live in the tree itself: each level's untracked names are put to git only after
 * the `.gitignore` files that git will open for them were seen to be plain files.
 */
export async function walkTree(options: WalkOptions): Promise<Walk> {
  const found = new Map<RawPath, Found>();
  let room = MAX_UNTRACKED;
  let level: RawPath[] = [""];
  while (level.length > 0) {
    const seen = await readLevel(level, options);
    if (seen.obstacle !== null) return { found, obstacle: seen.obstacle, cut: false };
    for (const item of seen.tracked) found.set(item.path, item);
    const names = seen.unknown.map(({ path }) => path);
    const ignored = names.length === 0 ? new Set<RawPath>() : await options.ignored(names);
    const kept = seen.unknown.filter(({ path }) => !ignored.has(path));
    level = [...seen.folders, ...kept.filter(isFolder).map(({ path }) => path)];
    const files = kept.filter((item) => !isFolder(item));
    for (const { path } of files.slice(0, room)) found.set(path, look(options.root, path));
    room -= files.length;
    if (room < 0) break;
  }
  return { found, obstacle: null, cut: room < 0 };
}

interface Unknown {
  readonly path: RawPath;
  readonly entry: Dirent;
}

interface Level {
  readonly tracked: Found[];
  readonly folders: RawPath[];
  readonly unknown: Unknown[];
  obstacle: Found | null;
}

async function readLevel(level: readonly RawPath[], options: WalkOptions): Promise<Level> {
  const seen: Level = { tracked: [], folders: [], unknown: [], obstacle: null };
  for (const [index, folder] of level.entries()) {
    if (index % FOLDERS_A_BREATH === FOLDERS_A_BREATH - 1) await setImmediate();
    readFolder(folder, options, seen);
    if (seen.obstacle !== null) return seen;
  }
  return seen;
}

function readFolder(folder: RawPath, options: WalkOptions, seen: Level): void {
  const entries = list(options.root, folder);
  if (entries === null) {
    seen.tracked.push({ path: folder, kind: "other", stats: null });
    return;
  }
  if (folder !== "" && entries.some(({ name }) => name === ".git")) {
    seen.tracked.push({ path: folder, kind: "repository", stats: null });
    if (!options.tracked.folders.has(folder)) return;
  }
  for (const entry of entries) {
    if (entry.name === ".git") continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isReadByGit(entry.name)) seen.obstacle ??= obstacleAt(path, options);
    sort(path, entry, { options, seen });
  }
}

function sort(path: RawPath, entry: Dirent, { options, seen }: { options: WalkOptions; seen: Level }): void {
  const { tracked, root } = options;
  if (!entry.isDirectory()) {
    if (tracked.files.has(path) || tracked.submodules.has(path)) seen.tracked.push(look(root, path));
    else seen.unknown.push({ path, entry });
    return;
  }
  if (tracked.submodules.has(path)) {
    if (list(root, path)?.length !== 0) seen.tracked.push({ path, kind: "repository", stats: null });
    return;
  }
  if (tracked.folders.has(path)) seen.folders.push(path);
  else seen.unknown.push({ path, entry });
}

function isFolder({ entry }: Unknown): boolean {
  return entry.isDirectory();
}

function isReadByGit(name: string): boolean {
  return name === ".gitignore" || name === ".gitattributes";
}

/** Git does not follow these when they are symlinks, so those are harmless. */
function obstacleAt(path: RawPath, { root, maxFileBytes }: WalkOptions): Found | null {
  const item = look(root, path);
  if (item.kind === "other") return item;
  return item.kind !== "symlink" && (item.stats?.size ?? 0) > maxFileBytes ? item : null;
}

export function look(root: string, path: RawPath): Found {
  try {
    const stats = lstatSync(onDisk(root, path));
    return { path, stats, kind: kindOf(stats) };
  } catch {
    return { path, stats: null, kind: "other" };
  }
}

function kindOf(stats: Stats): Found["kind"] {
  if (stats.isSymbolicLink()) return "symlink";
  if (!stats.isFile()) return "other";
  return (stats.mode & 0o100) === 0 ? "file" : "executable";
}

/** Null when the folder does not open, even after its owner's rights were put back. */
export function list(root: string, folder: RawPath): Dirent[] | null {
  const path = onDisk(root, folder);
  const read = (): Dirent[] => readdirSync(path, { withFileTypes: true, encoding: "latin1" });
  try {
    return read();
  } catch {
    return reopened(path, read);
  }
}

function reopened(path: string | Buffer, read: () => Dirent[]): Dirent[] | null {
  try {
    chmodSync(path, 0o700);
    return read();
  } catch {
    return null;
  }
}
