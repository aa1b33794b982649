import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { TreeId } from "../../domain/ids.ts";
import type { Checkout } from "../../ports/git.ts";
import { askMirror, word } from "./mirror.ts";
import type { MirrorCall } from "./mirror.ts";
import { patchExpansion } from "./patchExpansion.ts";
import { putTree } from "./putTree.ts";
import type { Workspace } from "./workspace.ts";

/** Of all binary files of a patch together. */
const MAX_EXPANDED_BYTES = 256 * 1024 ** 2;
const TIMEOUT_MS = 60_000;

type Placed = Awaited<ReturnType<Checkout["place"]>>;

/**
 * Applies a stranger's patch to the commit, in an index and an object folder of the checkout's own, and lays out what comes of it.
 *
 * Whatever git says against it is the patch's fault: some of its words would otherwise be taken for damage to the mirror.
 */
export async function placePatch(workspace: Workspace, patch: Uint8Array): Promise<Placed> {
  const bytes = patchExpansion(patch);
  if (bytes === null) return unfit("A binary part of it cannot be read.");
  if (bytes > MAX_EXPANDED_BYTES) return unfit(`Its binary files have ${bytes} bytes, over ${MAX_EXPANDED_BYTES}.`);
  const indexFile = `${workspace.readIndex}-${randomUUID()}`;
  try {
    const read = await ask(workspace, { indexFile, args: ["read-tree", workspace.commit] });
    if (read.code !== 0) throw new Error(`Placing a patch in ${workspace.mirror.name}: ${read.stderr}`);
    const apply = ["apply", "--cached", "--allow-empty", "--whitespace=nowarn", "-"];
    const applied = await ask(workspace, { indexFile, args: apply, input: patch });
    if (applied.code !== 0) return unfit(applied.stderr.trim().slice(0, 1000));
    const written = await ask(workspace, { indexFile, args: ["write-tree"] });
    if (written.code !== 0) return unfit(written.stderr.trim().slice(0, 1000));
    await putTree(workspace, word(written) as TreeId);
    return { kind: "placed" };
  } finally {
    await rm(indexFile, { force: true });
  }
}

async function ask(workspace: Workspace, call: Pick<MirrorCall, "indexFile" | "args" | "input">) {
  const { objects: objectsDir, mirror } = workspace;
  // -1 is a git that took too long.
  return askMirror(mirror, {
    ...call,
    objectsDir,
    doing: "Placing a patch",
    timeoutMs: TIMEOUT_MS,
    answers: [0, 1, 128, -1],
  });
}

function unfit(why: string): Placed {
  return { kind: "unfit", message: `The patch does not apply to the attempt's base. ${why}`.trim() };
}
