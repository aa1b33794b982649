import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Sha, TreeId } from "../../domain/ids.ts";
import type { ApplyOutcome } from "../../ports/git.ts";
import { askMirror, word } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** A fixed person and time, so that these commits, which nobody ever sees, are the same each time. */
const NOBODY = {
  GIT_AUTHOR_NAME: "autopack",
  GIT_AUTHOR_EMAIL: "autopack@invalid",
  GIT_AUTHOR_DATE: "@0 +0000",
  GIT_COMMITTER_NAME: "autopack",
  GIT_COMMITTER_EMAIL: "autopack@invalid",
  GIT_COMMITTER_DATE: "@0 +0000",
};

/** Merges two commits in the object store. */
export async function mergeCommits(mirror: Mirror, ours: Sha, theirs: Sha): Promise<ApplyOutcome> {
  const answer = await askMirror(mirror, {
    doing: "Merging",
    args: [
      "merge-tree",
      "--write-tree",
      "--name-only",
      "-z",
      "--no-messages",
      "--allow-unrelated-histories",
      ours,
      theirs,
    ],
    answers: [0, 1],
  });
  const [tree = "", ...paths] = answer.stdout.toString("utf8").split("\0");
  if (answer.code === 0) return { kind: "applied", tree: tree as TreeId };
  return { kind: "conflict", paths: [...new Set(paths.filter((path) => path !== ""))].toSorted() };
}

/** Puts a patch made against `base` onto another commit, three-way. */
export async function applyPatch(
  mirror: Mirror,
  patch: { readonly bytes: Uint8Array; readonly base: Sha; readonly onto: Sha },
): Promise<ApplyOutcome> {
  const tree = await patchedTree(mirror, patch.base, patch.bytes);
  if (patch.onto === patch.base) return { kind: "applied", tree };
  // Commits made up for the merge, because a merge base cannot be named before git 2.40: whatever the histories of the
  // two commits, `base` is what both sides are compared with.
  const base = await madeUpCommit(mirror, `${patch.base}^{tree}`, null);
  const onto = await madeUpCommit(mirror, `${patch.onto}^{tree}`, base);
  return mergeCommits(mirror, onto, await madeUpCommit(mirror, tree, base));
}

/** The tree that a patch makes of the very commit it was made against. */
export async function patchedTree(mirror: Mirror, base: Sha, patch: Uint8Array): Promise<TreeId> {
  const indexFile = join(mirror.path, `apply-${randomUUID()}.index`);
  const doing = "Applying a patch";
  try {
    await askMirror(mirror, { doing, args: ["read-tree", base], indexFile });
    const args = ["apply", "--cached", "--allow-empty", "--whitespace=nowarn", "-"];
    await askMirror(mirror, { doing, args, indexFile, input: patch });
    return word(await askMirror(mirror, { doing, args: ["write-tree"], indexFile })) as TreeId;
  } finally {
    await rm(indexFile, { force: true });
  }
}

async function madeUpCommit(mirror: Mirror, tree: string, parent: Sha | null): Promise<Sha> {
  const parents = parent === null ? [] : ["-p", parent];
  const args = ["commit-tree", ...parents, "-m", "made up for a merge", tree];
  return word(await askMirror(mirror, { doing: "Applying a patch", args, env: NOBODY })) as Sha;
}
