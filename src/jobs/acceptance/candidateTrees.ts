import { createHash } from "node:crypto";
import type { ArtifactId } from "../../domain/ids.ts";
import type { Checkout } from "../../ports/git.ts";
import type { Means } from "./acceptanceWork.ts";
import { readInside } from "./insideTree.ts";
import { install, layOutTree } from "./layOutTree.ts";
import type { TreeOnDisk } from "./layOutTree.ts";

export type TakenTree =
  | { readonly kind: "ready"; readonly tree: TreeOnDisk }
  | { readonly kind: "failed"; readonly why: string; readonly log: ArtifactId };

/** Where the commands of a spec run: the tree that holds the change. */
export interface CandidateTrees {
  /** One with its dependencies installed. Null when cancelled. */
  take(): Promise<TakenTree | null>;
  dispose(): Promise<void>;
}

/** Changed files that are read to see whether a tree is still the same, together. Beyond, it is laid out anew. */
const MAX_PRINTED_BYTES = 64 * 1024 ** 2;

/**
 * Shares one tree between the commands of a spec, as long as none of them has changed what git would see of it; else the next gets a
 * new one, so that no command prepares the ground for another. What `.gitignore` hides (installed packages) is shared.
 */
export function candidateTrees(first: TreeOnDisk, means: Means & { readonly isShared: boolean }): CandidateTrees {
  const { commit, tree, settings } = means.work;
  let current: TreeOnDisk | null = first;
  /** As it was when it was made ready. Undefined until then, null when that cannot be told. */
  let print: string | null | undefined;

  async function printOf({ checkout }: TreeOnDisk): Promise<string | null> {
    return means.isShared ? fingerprint(checkout, settings.paths.maxFileBytes) : null;
  }

  async function drop(): Promise<void> {
    await current?.dispose();
    current = null;
    print = undefined;
  }

  return {
    async take() {
      if (current !== null && print !== undefined) {
        if (print !== null && print === (await printOf(current))) return { kind: "ready", tree: current };
        await drop();
      }
      current ??= await layOutTree({ commit, tree }, means);
      const installed = await install(current, means);
      if (installed === null) return null;
      print = installed.kind === "ready" ? await printOf(current) : null;
      return installed.kind === "ready" ? { kind: "ready", tree: current } : installed;
    },
    dispose: drop,
  };
}

/** Equal for trees that git could not tell apart. Null when there is too much to look at. */
async function fingerprint(checkout: Checkout, maxFileBytes: number): Promise<string | null> {
  const { changes, tampered } = await checkout.read({ maxFileBytes });
  const hash = createHash("sha256").update(JSON.stringify({ changes, tampered }));
  let room = MAX_PRINTED_BYTES;
  for (const { path, kind, status } of changes) {
    if (status === "deleted" || (kind !== "file" && kind !== "executable")) continue;
    const bytes = await readInside(checkout.path, { path, maxBytes: room });
    if (bytes === null) return null;
    room -= bytes.length;
    hash.update(bytes);
  }
  return hash.digest("hex");
}
