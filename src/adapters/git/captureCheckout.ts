import { mkdir, readdir, rename, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { TreeId } from "../../domain/ids.ts";
import { askMirror, word } from "./mirror.ts";
import type { CheckoutReading } from "./readCheckout.ts";
import { stageFiles } from "./stageFiles.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Makes a tree of what was read, moves its objects into the mirror and gives the difference from the commit.
 *
 * The tree is the one that was judged, to the byte: it comes from the reading's own index, not from the disk. Only files
 * that were too large to be read, and were judged fit nevertheless, are read now.
 */
export async function captureCheckout(
  workspace: Workspace,
  { unread, unstorable }: CheckoutReading,
): Promise<{ readonly tree: TreeId; readonly patch: Uint8Array }> {
  if (unstorable !== null) {
    throw new Error(`Capturing a checkout of ${workspace.mirror.name}: it holds what no tree may hold (${unstorable})`);
  }
  await stageFiles(workspace, { present: unread, gone: [] });
  const reading = { indexFile: workspace.readIndex, objectsDir: workspace.objects };
  const difference = ["diff-index", "--cached", "-p", "--binary", "--full-index", "--no-renames", "--end-of-options"];
  const [written, patch] = await Promise.all([
    askMirror(workspace.mirror, { ...reading, doing: "Writing the tree of a checkout", args: ["write-tree"] }),
    askMirror(workspace.mirror, { ...reading, doing: "Making a patch", args: [...difference, workspace.commit] }),
  ]);
  await moveObjects(workspace);
  return { tree: word(written) as TreeId, patch: patch.stdout };
}

/** Objects can simply be moved. They come young, so that they outlive a clean-up of the mirror. */
async function moveObjects({ objects, mirror }: Workspace): Promise<void> {
  const now = new Date();
  for (const folder of await readdir(objects)) {
    if (!/^(?:[0-9a-f]{2}|pack)$/.test(folder)) continue;
    const target = join(mirror.path, "objects", folder);
    await mkdir(target, { recursive: true });
    for (const name of await readdir(join(objects, folder))) {
      await rename(join(objects, folder, name), join(target, name));
      await utimes(join(target, name), now, now);
    }
  }
}
