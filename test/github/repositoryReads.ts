import { z } from "zod";
import { latestCheckRuns } from "./checks.ts";
import type { CheckRun } from "./checks.ts";
import { changedFiles } from "./changedFiles.ts";
import { readCommits, resolveCommit } from "./commits.ts";
import { gitAnswer, gitBytes } from "./git.ts";
import { ask, commentSchema, readIssue } from "./issueStore.ts";
import type { CommentJson, IssueJson } from "./issueStore.ts";
import { pullJson } from "./pullJson.ts";
import type { ReviewComment } from "./pulls.ts";
import type { ReactionContent } from "./reactions.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

export interface LogEntry {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly subject: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly committer: { readonly name: string; readonly email: string };
  /** `Key: value` lines of the last paragraph. */
  readonly trailers: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

/** What a test wants to know of a repository afterwards, read from the state itself. */
export interface RepositoryReads {
  issue(number: number): Promise<IssueJson>;
  /** Numbers, titles and all, of issues that are no pull requests; open and closed. */
  issues(): Promise<readonly IssueJson[]>;
  comments(number: number): Promise<readonly CommentJson[]>;
  labels(number: number): Promise<readonly string[]>;
  reactions(commentId: number): readonly { readonly login: string; readonly content: ReactionContent }[];
  /** Who reacted to a comment of a review, and how. */
  reviewReactions(commentId: number): readonly { readonly login: string; readonly content: ReactionContent }[];
  /** Comments on lines, with the replies, oldest first. */
  reviewComments(number: number): readonly ReviewComment[];
  pull(number: number): Promise<PullJson>;
  pulls(): Promise<readonly PullJson[]>;
  /** The latest check run of each name on a commit; with `{ all: true }`, superseded ones as well. */
  checks(sha: string, options?: { readonly all: boolean }): readonly CheckRun[];
  branch(name: string): Promise<string | undefined>;
  branches(): Promise<readonly string[]>;
  /** Newest first; only first parents with `{ firstParent: true }`. */
  log(branch: string, options?: { readonly firstParent: boolean }): Promise<readonly LogEntry[]>;
  file(ref: string, path: string): Promise<string | undefined>;
}

export type PullJson = Awaited<ReturnType<typeof pullJson>>;

const perPage = 100;

export function repositoryReads(world: World, repository: Repository): RepositoryReads {
  const { directory } = repository;

  async function all(path: string): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const query = `${path.includes("?") ? "&" : "?"}per_page=${perPage}&page=${page}`;
      const answer = await ask(world, repository, { login: world.botLogin, method: "GET", path: `${path}${query}` });
      const items = z.array(z.unknown()).parse(answer.body);
      found.push(...items);
      if (items.length < perPage) return found;
    }
  }

  return {
    issue: (number) => readIssue(world, repository, number),
    async issues() {
      const found = await all("/issues?state=all&direction=asc");
      const numbers = found.map((issue) => z.looseObject({ number: z.number() }).parse(issue).number);
      const own = numbers.filter((number) => !repository.pulls.has(number));
      return Promise.all(own.map((number) => readIssue(world, repository, number)));
    },
    comments: async (number) => z.array(commentSchema).parse(await all(`/issues/${number}/comments`)),
    labels: async (number) => (await readIssue(world, repository, number)).labels.map(({ name }) => name),
    reactions: (id) =>
      (repository.reactions.get(`comment:${id}`) ?? []).map(({ login, content }) => ({ login, content })),
    reviewReactions: (id) =>
      (repository.reactions.get(`review_comment:${id}`) ?? []).map(({ login, content }) => ({ login, content })),
    reviewComments: (number) => structuredClone(repository.pulls.get(number)?.comments ?? []),
    async pull(number) {
      const pull = repository.pulls.get(number);
      if (pull === undefined) throw new Error(`No pull request #${number} in ${repository.owner}/${repository.name}`);
      return pullJson(world, repository, pull);
    },
    pulls: () => Promise.all([...repository.pulls.values()].map((pull) => pullJson(world, repository, pull))),
    checks(sha, { all: everything } = { all: false }) {
      const runs = everything
        ? repository.checkRuns.filter((run) => run.sha === sha)
        : latestCheckRuns(repository, sha);
      return structuredClone(runs);
    },
    branch: (name) => resolveCommit(directory, `refs/heads/${name}`),
    async branches() {
      const answer = await gitAnswer(directory, ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"]);
      return answer.stdout.split("\n").filter((name) => name !== "");
    },
    async log(branch, { firstParent } = { firstParent: false }) {
      const range = [...(firstParent ? ["--first-parent"] : []), `refs/heads/${branch}`];
      const commits = await readCommits(directory, range);
      return Promise.all(
        commits.map(async (commit) => ({
          sha: commit.sha,
          parents: commit.parents,
          subject: commit.message.split("\n")[0] ?? "",
          message: commit.message,
          author: { name: commit.author.name, email: commit.author.email },
          committer: { name: commit.committer.name, email: commit.committer.email },
          trailers: trailersOf(commit.message),
          files: (await changedFiles(directory, commit.parents[0], commit.sha)).map(({ path }) => path),
        })),
      );
    },
    async file(ref, path) {
      const there = await gitAnswer(directory, ["cat-file", "-e", `${ref}:${path}`]);
      if (there.exitCode !== 0) return undefined;
      return (await gitBytes(directory, ["cat-file", "blob", `${ref}:${path}`])).toString("utf8");
    },
  };
}

function trailersOf(message: string): Readonly<Record<string, string>> {
  const last =
    message
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? "";
  const pairs = last.split("\n").map((line) => /^([A-Za-z][\w-]*): (.*)$/.exec(line));
  return Object.fromEntries(pairs.filter((match) => match !== null).map(([, key = "", text = ""]) => [key, text]));
}
