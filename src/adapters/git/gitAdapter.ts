import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fullName } from "../../domain/repository.ts";
import type { Repository } from "../../domain/repository.ts";
import type { Checkout, Git } from "../../ports/git.ts";
import type { GitAuthor } from "./agentRepository.ts";
import { changeBetween } from "./changeBetween.ts";
import { changedFilesBetween } from "./changedFiles.ts";
import { claimCheckoutsFolder } from "./checkoutsFolder.ts";
import { coalescing } from "./coalescing.ts";
import { fetchMirror } from "./fetchMirror.ts";
import { forgetCommit, keepCommit } from "./keptCommits.ts";
import { knownTrees } from "./knownTrees.ts";
import { makeCheckout } from "./makeCheckout.ts";
import { applyPatch, mergeCommits } from "./mergeTrees.ts";
import { mirrorOf } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";
import { checkedId } from "./names.ts";
import { pastPatchesOf } from "./pastPatches.ts";
import { deleteRemoteBranch, pushBranch, readRemoteTip } from "./pushBranch.ts";
import type { PushPlaces } from "./pushBranch.ts";
import {
  changedPathsBetween,
  countBetween,
  diffText,
  isAncestorOf,
  listFilesUnder,
  readTextFile,
  tipOf,
  treeOfCommit,
} from "./readHistory.ts";
import { requireGit } from "./requireGit.ts";
import { treePool } from "./treePool.ts";
import type { TreePool } from "./treePool.ts";
import { writeCommit } from "./writeCommit.ts";

export interface GitOptions {
  /** For mirrors and checkouts; made when missing. All of it is a cache. On one file system, because objects move. */
  readonly root: string;
  /** Without credentials. */
  remoteUrl(repository: Repository): string;
  /** Asked anew for each call to an http remote, never for local ones. */
  token(repository: Repository, options: { readonly renewed: boolean }): Promise<string>;
  /** Author and committer of every commit. */
  readonly author: GitAuthor;
}

/**
 * Git by the git binary. Processes may share a root: mirrors are locked, checkouts are kept apart, and those of processes
 * that are gone are removed at the first call.
 */
export function gitAdapter(options: GitOptions): Git {
  const root = resolve(options.root);
  const { author } = options;
  const fetchOnce = coalescing();
  const known = knownTrees();
  let preparing: Promise<TreePool> | null = null;

  /** Gives the folders of this process's checkouts. A failure is not kept: a full disk may have room later. */
  function prepare(): Promise<TreePool> {
    preparing ??= prepareRoot(root).catch((error: unknown) => {
      preparing = null;
      throw error;
    });
    return preparing;
  }

  async function mirror(repository: Repository): Promise<Mirror> {
    await prepare();
    return mirrorOf(root, repository);
  }

  async function places(repository: Repository): Promise<PushPlaces> {
    const remote = {
      url: options.remoteUrl(repository),
      name: fullName(repository),
      token: (wish: { readonly renewed: boolean }) => options.token(repository, wish),
    };
    return { mirror: await mirror(repository), remote, cwd: join(root, "mirrors") };
  }

  return {
    async fetch(repository) {
      const at = await places(repository);
      await fetchOnce(repository.id, () => fetchMirror(at.mirror, at.remote));
    },
    async has(repository, ids) {
      return known.has(await mirror(repository), ids.map(checkedId));
    },
    async tip(repository, branch) {
      const of = await mirror(repository);
      const tip = await tipOf(of, branch);
      if (tip !== null) known.note(of, tip);
      return tip;
    },
    async remoteTip(repository, branch) {
      return readRemoteTip(await places(repository), branch);
    },
    async readFile(repository, at) {
      return readTextFile(await mirror(repository), checkedId(at.sha), at.path);
    },
    async listFiles(repository, at) {
      return listFilesUnder(await mirror(repository), checkedId(at.sha), at.under);
    },
    async checkout(repository, at) {
      const of = await mirror(repository);
      const checkout = await makeCheckout({
        pool: await prepare(),
        mirror: of,
        author,
        commit: checkedId(at.commit),
        tree: at.tree === undefined ? null : checkedId(at.tree),
        restore: at.restore === undefined ? null : { ...at.restore, from: checkedId(at.restore.from) },
      });
      async function capture(): ReturnType<Checkout["capture"]> {
        const captured = await checkout.capture();
        known.note(of, captured.tree);
        return captured;
      }
      return { ...checkout, capture };
    },
    async apply(repository, { bytes, base, onto }) {
      const to = await mirror(repository);
      const outcome = await applyPatch(to, { bytes, base: checkedId(base), onto: checkedId(onto) });
      if (outcome.kind === "applied") known.note(to, outcome.tree);
      return outcome;
    },
    async merge(repository, { ours, theirs }) {
      return mergeCommits(await mirror(repository), checkedId(ours), checkedId(theirs));
    },
    async treeOf(repository, sha) {
      return treeOfCommit(await mirror(repository), checkedId(sha));
    },
    async isAncestor(repository, { ancestor, of }) {
      return isAncestorOf(await mirror(repository), checkedId(ancestor), checkedId(of));
    },
    async countCommits(repository, { from, to }) {
      return countBetween(await mirror(repository), checkedId(from), checkedId(to));
    },
    async changedPaths(repository, { from, to }) {
      return changedPathsBetween(await mirror(repository), checkedId(from), checkedId(to));
    },
    async diff(repository, { from, to, maxBytes }) {
      return diffText(await mirror(repository), { from: checkedId(from), to: checkedId(to), maxBytes });
    },
    async change(repository, { from, to }) {
      return changeBetween(await mirror(repository), checkedId(from), checkedId(to));
    },
    async changedFiles(repository, { from, to, maxBytes }) {
      return changedFilesBetween(await mirror(repository), { from: checkedId(from), to: checkedId(to), maxBytes });
    },
    async pastPatches(repository, { at, paths, maxCommits }) {
      return pastPatchesOf(await mirror(repository), { at: checkedId(at), paths, maxCommits });
    },
    async commit(repository, { tree, parent, message, at }) {
      const commit = { tree: checkedId(tree), parent: checkedId(parent), message, at, author };
      const to = await mirror(repository);
      const sha = await writeCommit(to, commit);
      known.note(to, sha);
      return sha;
    },
    async push(repository, { branch, sha, expected }) {
      const to = { branch, sha: checkedId(sha), expected: expected === null ? null : checkedId(expected) };
      return pushBranch(await places(repository), to);
    },
    async keep(repository, { name, sha }) {
      await keepCommit(await mirror(repository), { name, sha: checkedId(sha) });
    },
    async forget(repository, name) {
      await forgetCommit(await mirror(repository), name);
    },
    async deleteBranch(repository, { branch, expected }) {
      return deleteRemoteBranch(await places(repository), { branch, expected: checkedId(expected) });
    },
  };
}

async function prepareRoot(root: string): Promise<TreePool> {
  await requireGit();
  await mkdir(join(root, "mirrors"), { recursive: true });
  return treePool(await claimCheckoutsFolder(root));
}
