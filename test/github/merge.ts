import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { emailOf } from "./commits.ts";
import type { Commit } from "./commits.ts";
import { git } from "./git.ts";
import { closeNamedIssues } from "./closingKeywords.ts";
import { hasRole } from "./actor.ts";
import type { NamedActor } from "./actor.ts";
import { readIssue } from "./issueStore.ts";
import { Problem } from "./problem.ts";
import { setMerged } from "./pullChange.ts";
import { gitFacts, judge } from "./pullFacts.ts";
import type { GitFacts } from "./pullFacts.ts";
import type { Pull } from "./pulls.ts";
import { refsChanged } from "./refChanges.ts";
import type { Repository } from "./repository.ts";
import { hasMergeQueue } from "./rulesets.ts";
import { zeroSha } from "./commits.ts";
import type { World } from "./world.ts";

export const mergeMethods = ["merge", "squash", "rebase"] as const;
export type MergeMethod = (typeof mergeMethods)[number];

export interface MergeRequest {
  readonly repository: Repository;
  readonly pull: Pull;
  readonly actor: NamedActor;
  readonly method: MergeMethod;
  /** Merge only while the head is this. */
  readonly sha?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** The merge queue's own merge: everybody else's is refused where there is one. */
  readonly byQueue?: boolean;
}

/**
 * Merges a pull request with real git, and does what GitHub does next: closes it, announces the push, closes the issues
 * its body names, deletes the branch where the repository is set so.
 *
 * @returns the new head of the base branch
 * @throws Problem 405 for what may not be merged, 409 for a head that moved
 */
export async function mergePull(world: World, request: MergeRequest): Promise<string> {
  const { repository } = request;
  return repository.exclusively(async () => {
    const facts = await gitFacts(repository, request.pull);
    const baseTip = assertMayMerge(request, facts);
    const sha = await writeMerge(world, request, { facts, baseTip });
    const ref = `refs/heads/${request.pull.base.ref}`;
    await git(repository.directory, ["update-ref", ref, sha, baseTip]);
    await afterMerge(world, request, { sha, baseTip });
    return sha;
  });
}

function assertMayMerge({ repository, pull, actor, method, sha, byQueue }: MergeRequest, facts: GitFacts): string {
  const { reason, state } = judge(repository, pull, facts);
  if (pull.merged !== undefined || !pull.open || facts.baseTip === undefined)
    throw new Problem(405, "Pull Request is not mergeable");
  if (sha !== undefined && sha !== pull.head.sha) {
    throw new Problem(409, "Head branch was modified. Review and try the merge again.");
  }
  const { allowMergeCommit, allowRebase, allowSquash } = repository.merging;
  const allowed = { merge: allowMergeCommit, squash: allowSquash, rebase: allowRebase }[method];
  if (!allowed) throw new Problem(405, `${method} merges are not allowed on this repository.`);
  if (hasMergeQueue(repository, pull.base.ref) && byQueue !== true)
    throw new Problem(405, "Repository rule violations found: Changes must be made through the merge queue");
  const protection = repository.protections.get(pull.base.ref);
  const admin = actor.kind === "user" && hasRole(repository, actor.login, "admin");
  const bypass = admin && protection?.enforce_admins !== true && (state === "blocked" || state === "behind");
  if (reason !== "" && !bypass) throw new Problem(405, reason);
  if (method === "merge" && protection?.required_linear_history === true) {
    throw new Problem(405, "This branch must not contain merge commits.");
  }
  return facts.baseTip;
}

interface MergeBase {
  readonly facts: GitFacts;
  readonly baseTip: string;
}

async function writeMerge(world: World, request: MergeRequest, { facts, baseTip }: MergeBase): Promise<string> {
  const { repository, pull, actor, method } = request;
  if (method === "rebase") return rebase(repository.directory, { commits: facts.commits, onto: baseTip });
  const issue = await readIssue(world, repository, pull.number);
  const merging = method === "merge";
  const title =
    request.title ??
    (merging
      ? `Merge pull request #${pull.number} from ${pull.head.repository.owner}/${pull.head.ref}`
      : `${issue.title} (#${pull.number})`);
  const body = request.message ?? (merging ? issue.title : squashMessage(facts.commits));
  const parents = merging ? [baseTip, pull.head.sha] : [baseTip];
  const tree = facts.mergedTree ?? zeroSha;
  return git(repository.directory, ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])], {
    input: body === "" ? `${title}\n` : `${title}\n\n${body}\n`,
    env: {
      GIT_AUTHOR_NAME: merging ? actor.login : pull.author,
      GIT_AUTHOR_EMAIL: emailOf(world, merging ? actor.login : pull.author),
    },
  });
}

function squashMessage(commits: readonly Commit[]): string {
  const [only] = commits;
  if (commits.length === 1 && only !== undefined) return only.message.split("\n").slice(1).join("\n").trim();
  return commits.map(({ message }) => `* ${message}`).join("\n\n");
}

/** Replays commits in a throw-away worktree. GitHub, too, rewrites the committer and so each SHA. */
async function rebase(
  directory: string,
  { commits, onto }: { readonly commits: readonly Commit[]; readonly onto: string },
) {
  const worktree = await mkdtemp(path.join(path.dirname(directory), "rebase-"));
  try {
    await git(directory, ["worktree", "add", "--quiet", "--detach", "--force", worktree, onto]);
    const plain = commits.filter(({ parents }) => parents.length < 2).map(({ sha }) => sha);
    await git(worktree, ["cherry-pick", "--allow-empty", "--keep-redundant-commits", ...plain]);
    return await git(worktree, ["rev-parse", "HEAD"]);
  } catch (error) {
    throw new Problem(405, `This branch can't be rebased: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await rm(worktree, { recursive: true, force: true });
    await git(directory, ["worktree", "prune"]);
  }
}

async function afterMerge(
  world: World,
  request: MergeRequest,
  merge: { readonly sha: string; readonly baseTip: string },
): Promise<void> {
  const { repository, pull, actor } = request;
  const login = actor.login;
  await setMerged(world, { repository, pull, login }, { sha: merge.sha, baseBefore: merge.baseTip });
  const change = { ref: `refs/heads/${pull.base.ref}`, before: merge.baseTip, after: merge.sha };
  await refsChanged(world, { repository, login, changes: [change] });
  if (pull.base.ref === repository.defaultBranch) {
    const { body } = await readIssue(world, repository, pull.number);
    await closeNamedIssues(world, repository, { login, text: body ?? "" });
  }
  if (repository.merging.deleteBranchOnMerge && pull.head.repository === repository) {
    await deleteHead(world, request);
  }
}

async function deleteHead(world: World, { repository, pull, actor }: MergeRequest): Promise<void> {
  const ref = `refs/heads/${pull.head.ref}`;
  await git(repository.directory, ["update-ref", "-d", ref, pull.head.sha]);
  const changes = [{ ref, before: pull.head.sha, after: zeroSha }];
  await refsChanged(world, { repository, login: actor.login, changes });
}
