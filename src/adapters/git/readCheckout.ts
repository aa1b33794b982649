import { readlinkSync } from "node:fs";
import { copyFile, lstat, readFile } from "node:fs/promises";
import type { Change, Reading } from "../../domain/change.ts";
import { findTampering } from "./agentRepository.ts";
import { parseIndex } from "./gitIndex.ts";
import { ignoredPaths } from "./ignoredPaths.ts";
import { parseDifferences } from "./indexDifferences.ts";
import type { Difference } from "./indexDifferences.ts";
import { askMirror } from "./mirror.ts";
import { onDisk, shown } from "./rawPath.ts";
import type { RawPath } from "./rawPath.ts";
import { leaveRestored } from "./restoreFiles.ts";
import { stageFiles } from "./stageFiles.ts";
import { touchedFiles } from "./touchedFiles.ts";
import { trackedPaths } from "./trackedPaths.ts";
import { walkTree } from "./walkTree.ts";
import type { Found } from "./walkTree.ts";
import type { Workspace } from "./workspace.ts";

/** A reading, and what of it is not in the index that was made for it. */
export interface CheckoutReading {
  readonly reading: Reading;
  /** Files that were too large to be read. */
  readonly unread: readonly Found[];
  /** Why no tree can be made of this reading, if so. */
  readonly unstorable: string | null;
}

/**
 * Compares the work tree with its commit, believing nothing in it.
 *
 * Files are looked at (never opened) by us; only what is new or was touched is then read by our git, into an index and an
 * object folder of ours. The agent's `.git` is looked at, never used.
 */
export async function readCheckout(workspace: Workspace, maxFileBytes: number): Promise<CheckoutReading> {
  const entries = parseIndex(await readFile(workspace.pristineIndex));
  const tracked = trackedPaths(entries);
  const { files } = tracked;
  const known = new Set(entries.map(({ path }) => path));
  const walk = await walkTree({
    root: workspace.workTree,
    tracked,
    maxFileBytes,
    ignored: (paths) => ignoredPaths(workspace, paths),
  });
  const tampered = findTampering(workspace);
  if (walk.obstacle !== null) {
    const changes = [listed(walk.obstacle, known)];
    return { reading: { changes, tampered }, unread: [], unstorable: shown(walk.obstacle.path) };
  }
  const madeAtMs = (await lstat(workspace.pristineIndex)).mtimeMs;
  const touched = touchedFiles(walk.found.values(), { files, madeAtMs, maxFileBytes });
  const gone = [...files.keys()].filter((path) => !walk.found.has(path));
  await copyFile(workspace.pristineIndex, workspace.readIndex);
  await stageFiles(workspace, { present: touched.readable, gone });
  await leaveRestored(workspace);
  const differences = touched.readable.length + gone.length === 0 ? [] : await compare(workspace);
  const changes = [
    ...differences.map((difference) => read(workspace, difference, walk.found.get(difference.path))),
    ...[...touched.unread, ...touched.unstorable].map((item) => listed(item, known)),
  ];
  const [unstorable] = touched.unstorable;
  return {
    reading: { changes: changes.toSorted(byPath), tampered },
    unread: touched.unread,
    unstorable:
      unstorable === undefined ? (walk.cut ? "more files than are ever listed" : null) : shown(unstorable.path),
  };
}

async function compare(workspace: Workspace): Promise<readonly Difference[]> {
  const answer = await askMirror(workspace.mirror, {
    doing: "Comparing a checkout with its commit",
    args: ["diff-index", "--cached", "--raw", "--numstat", "-z", "--no-renames", "--end-of-options", workspace.commit],
    // No work tree here, so no attributes from it: `* diff` would make binary files pass for text.
    indexFile: workspace.readIndex,
    objectsDir: workspace.objects,
  });
  return parseDifferences(answer.stdout);
}

/** A change whose content git has read. */
function read(workspace: Workspace, difference: Difference, found: Found | undefined): Change {
  return {
    ...difference,
    path: shown(difference.path),
    sizeBytes: found?.stats?.size ?? 0,
    linkTarget: found?.kind === "symlink" ? shown(linkTarget(workspace, difference.path)) : null,
  };
}

function linkTarget(workspace: Workspace, path: RawPath): RawPath {
  return readlinkSync(onDisk(workspace.workTree, path), "latin1");
}

/** A change known from outside only. */
function listed(item: Found, known: ReadonlySet<RawPath>): Change {
  return {
    path: shown(item.path),
    status: known.has(item.path) ? "modified" : "added",
    kind: item.kind === "repository" ? "submodule" : item.kind,
    sizeBytes: item.stats?.size ?? 0,
    binary: false,
    linkTarget: null,
    linesAdded: 0,
    linesDeleted: 0,
  };
}

function byPath(left: Change, right: Change): number {
  if (left.path === right.path) return 0;
  return left.path < right.path ? -1 : 1;
}
