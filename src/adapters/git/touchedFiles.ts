import { pathProblem } from "../../domain/judgeChanges.ts";
import type { IndexEntry } from "./gitIndex.ts";
import { shown } from "./rawPath.ts";
import type { RawPath } from "./rawPath.ts";
import type { Found } from "./walkTree.ts";

/** What lies in a work tree and is not plainly as it was checked out. */
export interface Touched {
  /** For git to read. */
  readonly readable: readonly Found[];
  /** Too large to be read. */
  readonly unread: readonly Found[];
  /** What no tree may hold. */
  readonly unstorable: readonly Found[];
}

export interface TouchedOptions {
  readonly files: ReadonlyMap<RawPath, IndexEntry>;
  /** When the checkout was done, by the clock of the file system. */
  readonly madeAtMs: number;
  readonly maxFileBytes: number;
}

/** All files of a reading together. Beyond it they are listed, not read, like those that are too large themselves. */
const MAX_READ_BYTES = 2 * 1024 ** 3;
/** Kernels keep file times by the tick, at most 10 ms long; a file this close to the checkout's end is read again. */
const TICK_MS = 20;

export function touchedFiles(found: Iterable<Found>, options: TouchedOptions): Touched {
  const touched = { readable: [] as Found[], unread: [] as Found[], unstorable: [] as Found[] };
  let room = MAX_READ_BYTES;
  for (const item of found) {
    const entry = options.files.get(item.path);
    if (entry !== undefined && isUntouched(item, entry, options.madeAtMs)) continue;
    if (!isStorable(item)) {
      touched.unstorable.push(item);
      continue;
    }
    const size = item.stats?.size ?? 0;
    // A tracked file that kept its size is read however large: it may be the same, and its commit vouches for the size.
    const isTooLarge = size > options.maxFileBytes && size !== entry?.sizeBytes;
    if (isTooLarge || size > room) {
      touched.unread.push(item);
    } else {
      room -= size;
      touched.readable.push(item);
    }
  }
  return touched;
}

/** Same file, same times, same size and rights as git left it, and left early enough for a change to show. */
export function isUntouched({ stats, kind }: Found, entry: IndexEntry, madeAtMs: number): boolean {
  if (stats === null || kind !== kindOfMode(entry.mode)) return false;
  return (
    stats.mtimeMs === entry.mtimeMs &&
    stats.ctimeMs === entry.ctimeMs &&
    stats.size % 2 ** 32 === entry.sizeBytes &&
    stats.ino % 2 ** 32 === entry.inode &&
    Math.max(stats.mtimeMs, stats.ctimeMs) < madeAtMs - TICK_MS
  );
}

function kindOfMode(mode: number): Found["kind"] {
  if (mode === 0o120000) return "symlink";
  return mode === 0o100755 ? "executable" : "file";
}

function isStorable({ path, kind, stats }: Found): boolean {
  return stats !== null && kind !== "other" && kind !== "repository" && pathProblem(shown(path)) === null;
}
