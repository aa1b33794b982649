import type { IndexEntry } from "./gitIndex.ts";
import type { RawPath } from "./rawPath.ts";

/** What a commit holds, by path. */
export interface Tracked {
  readonly files: ReadonlyMap<RawPath, IndexEntry>;
  /** Every folder above a file or a submodule, the root left out. */
  readonly folders: ReadonlySet<RawPath>;
  readonly submodules: ReadonlySet<RawPath>;
}

export function trackedPaths(entries: readonly IndexEntry[]): Tracked {
  const folders = new Set<RawPath>();
  for (const { path } of entries) {
    let end = path.lastIndexOf("/");
    while (end > 0 && !folders.has(path.slice(0, end))) {
      folders.add(path.slice(0, end));
      end = path.lastIndexOf("/", end - 1);
    }
  }
  return {
    folders,
    files: new Map(entries.filter((entry) => !isSubmodule(entry)).map((entry) => [entry.path, entry])),
    submodules: new Set(entries.filter(isSubmodule).map(({ path }) => path)),
  };
}

function isSubmodule(entry: IndexEntry): boolean {
  return entry.mode === 0o160000;
}
