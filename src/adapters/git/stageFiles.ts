import { chmodSync } from "node:fs";
import { askMirror } from "./mirror.ts";
import { nulList, onDisk } from "./rawPath.ts";
import type { RawPath } from "./rawPath.ts";
import type { Found } from "./walkTree.ts";
import type { Workspace } from "./workspace.ts";

/** Reads files of the work tree into the reading's index and objects, and takes what is gone out of the index. */
export async function stageFiles(
  workspace: Workspace,
  { present, gone }: { readonly present: readonly Found[]; readonly gone: readonly RawPath[] },
): Promise<void> {
  // Forced, because git otherwise looks whether the file is gone, and refuses to look behind a symlink.
  await update(workspace, "--force-remove", gone);
  for (const item of present) openForReading(workspace, item);
  await update(
    workspace,
    "--replace",
    present.map(({ path }) => path),
  );
}

async function update(
  workspace: Workspace,
  option: "--force-remove" | "--replace",
  paths: readonly RawPath[],
): Promise<void> {
  if (paths.length === 0) return;
  await askMirror(workspace.mirror, {
    doing: "Reading a checkout",
    args: ["update-index", "--add", option, "-z", "--stdin"],
    workTree: workspace.workTree,
    indexFile: workspace.readIndex,
    objectsDir: workspace.objects,
    input: nulList(paths),
  });
}

/** An agent may have taken away even its owner's right to read. */
function openForReading(workspace: Workspace, { path, stats }: Found): void {
  if (stats === null || !stats.isFile() || (stats.mode & 0o400) !== 0) return;
  chmodSync(onDisk(workspace.workTree, path), (stats.mode & 0o777) | 0o400);
}
