import { changedFiles } from "./changedFiles.ts";
import { emailOf, isAncestor, loginOfEmail, readCommits, zeroSha } from "./commits.ts";
import type { Commit, Signature } from "./commits.ts";
import type { RefChange } from "./refChanges.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

/** GitHub lists at most this many commits in a push. */
const longestList = 2048;
/** Commits whose files are listed; each costs git processes. */
const detailed = 20;

/** What a change brought to its ref, oldest first: for a new branch, what the default branch has not. */
export async function newCommits(
  repository: Repository,
  { before, after, ref }: RefChange,
): Promise<readonly Commit[]> {
  if (after === zeroSha || !ref.startsWith("refs/heads/")) return [];
  const isDefault = ref === `refs/heads/${repository.defaultBranch}`;
  const known = before === zeroSha ? (isDefault ? [] : [`^refs/heads/${repository.defaultBranch}`]) : [`^${before}`];
  return readCommits(repository.directory, [
    "--reverse",
    "--topo-order",
    `--max-count=${longestList}`,
    after,
    ...known,
  ]);
}

export interface Push {
  readonly repository: Repository;
  readonly login: string;
  readonly change: RefChange;
}

/** The body of a `push` webhook. */
export async function pushPayload(world: World, { repository, login, change }: Push) {
  const { ref, before, after } = change;
  const [created, deleted] = [before === zeroSha, after === zeroSha];
  const forced = !created && !deleted && !(await isAncestor(repository.directory, before, after));
  const commits = await newCommits(repository, change);
  const shown = await Promise.all(commits.map((commit, index) => commitPayload(world, repository, { commit, index })));
  const html = `${world.origin}/${fullName(repository)}`;
  return {
    ref,
    before,
    after,
    created,
    deleted,
    forced,
    base_ref: null,
    compare: created
      ? `${html}/compare/${ref.replace(/^refs\/\w+\//, "")}`
      : `${html}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: shown,
    head_commit: shown.at(-1) ?? null,
    pusher: { name: login, email: emailOf(world, login) },
  };
}

async function commitPayload(
  world: World,
  repository: Repository,
  { commit, index }: { readonly commit: Commit; readonly index: number },
) {
  const files = index < detailed ? await changedFiles(repository.directory, commit.parents[0], commit.sha) : [];
  const paths = (...statuses: readonly string[]) =>
    files.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.origin}/${fullName(repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths("added", "renamed"),
    removed: [...paths("removed"), ...files.flatMap(({ previousPath }) => previousPath ?? [])],
    modified: paths("modified", "changed"),
  };
}

function person({ name, email }: Signature) {
  const username = loginOfEmail(email);
  return { name, email, ...(username === undefined ? {} : { username }) };
}
