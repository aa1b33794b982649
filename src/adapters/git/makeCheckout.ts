import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sha, TreeId } from "../../domain/ids.ts";
import type { Checkout, RestoreOrder } from "../../ports/git.ts";
import { makeAgentRepository } from "./agentRepository.ts";
import type { GitAuthor } from "./agentRepository.ts";
import { captureCheckout } from "./captureCheckout.ts";
import type { Mirror } from "./mirror.ts";
import { placePatch } from "./placePatch.ts";
import { readCheckout } from "./readCheckout.ts";
import type { CheckoutReading } from "./readCheckout.ts";
import { putTree } from "./putTree.ts";
import { removeTree } from "./removeTree.ts";
import { restoreFiles } from "./restoreFiles.ts";
import type { TreePool } from "./treePool.ts";
import { workspaceAt } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

export interface CheckoutRequest {
  readonly pool: TreePool;
  readonly mirror: Mirror;
  readonly author: GitAuthor;
  readonly commit: Sha;
  readonly tree: TreeId | null;
  readonly restore: RestoreOrder | null;
}

/**
 * Lays a tree out on disk, with a repository for the agent in it and our own records beside it.
 *
 * One git process writes the files that are not there yet; no clone, no history: objects come from the mirror by way of
 * alternates.
 */
export async function makeCheckout(request: CheckoutRequest): Promise<Checkout> {
  const folder = await request.pool.take(request.mirror.path);
  try {
    const workspace = await layOut(workspaceAt(folder, request), request);
    await makeAgentRepository(workspace);
    const giveBack = once(() => request.pool.giveBack(folder, workspace));
    return checkoutOf(workspace, giveBack);
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
}

/** Disposing twice must not reach whoever has the folder by then. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}

async function layOut(
  workspace: Workspace,
  { tree, restore }: Pick<CheckoutRequest, "tree" | "restore">,
): Promise<Workspace> {
  await mkdir(workspace.workTree, { recursive: true });
  await mkdir(join(workspace.objects, "info"), { recursive: true });
  await writeFile(join(workspace.objects, "info", "alternates"), `${join(workspace.mirror.path, "objects")}\n`);
  await putTree(workspace, tree);
  if (restore === null) return workspace;
  return { ...workspace, restored: await restoreFiles(workspace, { tree: tree ?? workspace.commit, ...restore }) };
}

function checkoutOf(workspace: Workspace, dispose: () => Promise<void>): Checkout {
  let last: CheckoutReading | null = null;
  return {
    path: workspace.workTree,
    mirrorPath: workspace.mirror.path,
    async read({ maxFileBytes }) {
      last = await readCheckout(workspace, maxFileBytes);
      return last.reading;
    },
    async capture() {
      if (last === null) throw new Error("Capturing a checkout: it has not been read, so nobody can have judged it.");
      return captureCheckout(workspace, last);
    },
    async place(patch) {
      last = null;
      return placePatch(workspace, patch);
    },
    dispose,
  };
}
