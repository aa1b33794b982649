import { mkdtemp, rename } from "node:fs/promises";
import { join } from "node:path";
import { cleanTree } from "./cleanTree.ts";
import { removeTree } from "./removeTree.ts";
import type { Workspace } from "./workspace.ts";

/** Kept for all repositories together; the one that has waited longest goes first. */
const MAX_KEPT = 6;

interface Kept {
  readonly mirrorPath: string;
  readonly folder: string;
}

/** Where checkouts get their folders from, and what becomes of them afterwards. */
export interface TreePool {
  /** A folder of its own, which may hold the cleaned tree of an earlier checkout of the same repository. */
  take(mirrorPath: string): Promise<string>;
  /** Takes a folder back; it is gone from where it was. */
  giveBack(folder: string, workspace: Workspace): Promise<void>;
}

/**
 * Keeps used work trees, cleaned, because files are dearer than they look: to make 20,000 takes a second, and on ext4 ten
 * times as long in the minutes after as many were deleted (it will not reuse an inode at once, and searches past it).
 */
export function treePool(home: string): TreePool {
  const kept: Kept[] = [];

  async function keep(folder: string, workspace: Workspace): Promise<void> {
    await cleanTree(workspace);
    // A new name, so that whoever still holds the old one finds nothing there.
    const waiting = await mkdtemp(join(home, "kept-"));
    await rename(folder, waiting);
    kept.push({ mirrorPath: workspace.mirror.path, folder: waiting });
    const surplus = kept.length > MAX_KEPT ? kept.shift() : undefined;
    if (surplus !== undefined) await removeTree(surplus.folder);
  }

  return {
    async take(mirrorPath) {
      const folder = await mkdtemp(join(home, "c-"));
      const index = kept.findLastIndex((candidate) => candidate.mirrorPath === mirrorPath);
      const [found] = index === -1 ? [] : kept.splice(index, 1);
      if (found !== undefined) await rename(found.folder, folder);
      return folder;
    },
    async giveBack(folder, workspace) {
      try {
        await keep(folder, workspace);
      } catch {
        // Whatever stands in the way of cleaning it, removing it is always right.
        await removeTree(folder);
      }
    },
  };
}
