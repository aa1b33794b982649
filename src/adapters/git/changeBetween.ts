import type { Sha } from "../../domain/ids.ts";
import type { WholeChange } from "../../ports/git.ts";
import { parseDifferences } from "./indexDifferences.ts";
import { askMirror } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

const TREES = ["diff-tree", "-r", "--no-renames"];

/** What leads from one commit to another, as one patch that can be applied, and its measure. */
export async function changeBetween(mirror: Mirror, from: Sha, to: Sha): Promise<WholeChange> {
  const ends = ["--end-of-options", from, to];
  const [patch, counts] = await Promise.all([
    askMirror(mirror, { doing: "Making a patch", args: [...TREES, "-p", "--binary", "--full-index", ...ends] }),
    askMirror(mirror, { doing: "Measuring a change", args: [...TREES, "--raw", "--numstat", "-z", ...ends] }),
  ]);
  const differences = parseDifferences(counts.stdout);
  return {
    patch: patch.stdout,
    filesChanged: differences.length,
    linesAdded: differences.reduce((sum, { linesAdded }) => sum + linesAdded, 0),
    linesDeleted: differences.reduce((sum, { linesDeleted }) => sum + linesDeleted, 0),
  };
}
