import type { TreeId } from "../../domain/ids.ts";
import { askMirror } from "./mirror.ts";
import type { Workspace } from "./workspace.ts";

/** Makes the work tree hold `tree`, or the commit's own where it is null, as uncommitted work. */
export async function putTree(workspace: Workspace, tree: TreeId | null): Promise<void> {
  const { workTree, pristineIndex: indexFile, objects: objectsDir } = workspace;
  const at = { workTree, indexFile, objectsDir, doing: "Checking out" };
  // `--reset` brings back what is missing from a tree that was used before.
  await askMirror(workspace.mirror, { ...at, args: ["read-tree", "--reset", "-u", tree ?? workspace.commit] });
  if (tree === null) return;
  // The index goes back to the commit, keeping what it knows of files that are the same in both.
  await askMirror(workspace.mirror, { ...at, args: ["read-tree", "-m", workspace.commit] });
}
