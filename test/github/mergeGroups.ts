import { announce } from "./announce.ts";
import { commitJson, emailOf, getCommit, zeroSha } from "./commits.ts";
import { git } from "./git.ts";
import { mergeTree } from "./pullFacts.ts";
import { readRef } from "./refs.ts";
import { refsChanged } from "./refChanges.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

/**
 * What a merge queue does with a pull request whose turn has come: merges it into the base on a branch of its own, and asks for
 * the checks of that commit, whose SHA this gives. What follows from them is left to the test.
 */
export async function formMergeGroup(world: World, repository: Repository, number: number): Promise<string> {
  const pull = repository.pulls.get(number);
  if (pull === undefined) throw new Error(`No pull request #${number}`);
  const { directory } = repository;
  const base = (await readRef(directory, `refs/heads/${pull.base.ref}`)) ?? "";
  const tree = await mergeTree(directory, base, pull.head.sha);
  if (tree === undefined) throw new Error(`#${number} cannot be merged: a queue would not take it`);
  const email = emailOf(world, pull.author);
  const env = ["-c", `user.name=${pull.author}`, "-c", `user.email=${email}`];
  const message = `Merge pull request #${number}`;
  const sha = await git(directory, [...env, "commit-tree", tree, "-p", base, "-p", pull.head.sha, "-m", message]);
  const ref = `refs/heads/gh-readonly-queue/${pull.base.ref}/pr-${number}-${base}`;
  await git(directory, ["update-ref", ref, sha]);
  await refsChanged(world, { repository, login: pull.author, changes: [{ ref, before: zeroSha, after: sha }] });
  const commit = commitJson(world, repository, await getCommit(directory, sha));
  announce(world, {
    event: "merge_group",
    action: "checks_requested",
    repository,
    sender: pull.author,
    body: {
      merge_group: {
        head_sha: sha,
        head_ref: ref,
        base_sha: base,
        base_ref: `refs/heads/${pull.base.ref}`,
        head_commit: { id: sha, tree_id: tree, message, timestamp: commit.commit.author.date },
      },
    },
  });
  return sha;
}
