import { statSync } from "node:fs";
import type { Sha, TreeId } from "../../domain/ids.ts";
import { isWhole } from "./fetchMirror.ts";
import { askMirror } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** What this process remembers of one mirror; beyond that it looks again. */
const MAX_IDS = 10_000;

/** Knows which commits and trees are in mirrors. */
export interface KnownTrees {
  /** Notes what was just made or read there. */
  note(mirror: Mirror, id: Sha | TreeId): void;
  /**
   * Whether the mirror holds these trees, and those of these commits. In doubt it does not: the fetch that follows finds out
   * what is wrong, and mends it.
   */
  has(mirror: Mirror, ids: readonly (Sha | TreeId)[]): Promise<boolean>;
}

/**
 * Looks once only: what was used in the last two weeks is never taken out of a mirror. One that was made anew is another
 * folder, of which nothing is known.
 */
export function knownTrees(): KnownTrees {
  const known = new Map<string, { readonly folder: string; readonly ids: Set<string> }>();

  function idsOf({ path }: Mirror): Set<string> {
    const folder = identityOf(path);
    const entry = known.get(path);
    if (entry?.folder === folder && entry.ids.size < MAX_IDS) return entry.ids;
    const ids = new Set<string>();
    known.set(path, { folder, ids });
    return ids;
  }

  return {
    note: (mirror, id) => void idsOf(mirror).add(id),
    async has(mirror, ids) {
      if (!isWhole(mirror)) return false;
      const noted = idsOf(mirror);
      const missing = ids.filter((id) => !noted.has(id));
      if (missing.length > 0 && !(await holds(mirror, missing))) return false;
      for (const id of missing) noted.add(id);
      return true;
    },
  };
}

function identityOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
}

async function holds(mirror: Mirror, ids: readonly (Sha | TreeId)[]): Promise<boolean> {
  const { code, stdout, stderr } = await askMirror(mirror, {
    doing: "Looking for trees",
    args: ["cat-file", "--batch-check=%(objecttype)"],
    input: ids.map((id) => `${id}^{tree}\n`).join(""),
    answers: [0, 1, 128],
  });
  const types = stdout.toString("utf8").trimEnd().split("\n");
  return code === 0 && stderr === "" && types.length === ids.length && types.every((type) => type === "tree");
}
