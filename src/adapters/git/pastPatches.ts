import type { Sha } from "../../domain/ids.ts";
import { pathProblem } from "../../domain/judgeChanges.ts";
import type { PastPatch } from "../../ports/git.ts";
import { NO_ATTRIBUTES } from "./changedFiles.ts";
import { askMirror } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

const MAX_BYTES = 4 * 1024 * 1024;

interface Building {
  readonly sha: Sha;
  readonly path: string;
  readonly added: string[];
  readonly removed: string[];
}

/**
 * What the newest commits did to some files, the newest first; of a merge, what it brought to its first parent.
 *
 * The walk is over the first parents only and ends after `maxCommits`, whether they touched the files or not: a log limited by
 * path would go through all of a long history for a file that seldom changes.
 */
export async function pastPatchesOf(
  mirror: Mirror,
  { at, paths, maxCommits }: { readonly at: Sha; readonly paths: readonly string[]; readonly maxCommits: number },
): Promise<readonly PastPatch[]> {
  const known = paths.filter((path) => pathProblem(path) === null);
  if (known.length === 0) return [];
  const commits = await askMirror(mirror, {
    doing: "Listing recent commits",
    args: ["rev-list", "--first-parent", `--max-count=${maxCommits}`, "--end-of-options", at],
  });
  const how = ["-r", "-p", "-U0", "--no-renames", "--diff-merges=first-parent", "--no-textconv", "--no-ext-diff"];
  const answer = await askMirror(mirror, {
    doing: "Reading recent changes",
    args: ["diff-tree", "--stdin", ...how, "--", ...known],
    input: commits.stdout,
    // Paths are shown as they are, so that they compare.
    config: { ...NO_ATTRIBUTES, "core.quotePath": "false" },
    maxBytes: MAX_BYTES,
  });
  return readPatches(answer.stdout.toString("utf8"), new Set(known));
}

/** A line with a commit's id, then its files. The first commit of a history has no parent, and nothing is shown of it. */
function readPatches(text: string, known: ReadonlySet<string>): readonly PastPatch[] {
  const patches: Building[] = [];
  let sha = "";
  let current: Building | null = null;
  let inHunk = false;
  for (const line of text.split("\n")) {
    const mark = line[0];
    if (/^[0-9a-f]{40,64}$/.test(line)) {
      sha = line;
      current = null;
    } else if (line.startsWith("diff --git ")) {
      inHunk = false;
      current = null;
      const path = line.slice("diff --git a/".length, "diff --git a/".length + (line.length - 16) / 2);
      if (!known.has(path)) continue;
      current = { sha: sha as Sha, path, added: [], removed: [] };
      patches.push(current);
    } else if (line.startsWith("@@ ")) inHunk = true;
    else if (inHunk && mark === "+") current?.added.push(line.slice(1));
    else if (inHunk && mark === "-") current?.removed.push(line.slice(1));
  }
  return patches;
}
