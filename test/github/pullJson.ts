import { accountJson } from "./accounts.ts";
import { readIssue } from "./issueStore.ts";
import type { IssueJson } from "./issueStore.ts";
import { gitFacts, judge } from "./pullFacts.ts";
import type { Pull } from "./pulls.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { repositoryJson } from "./repositoryJson.ts";
import type { World } from "./world.ts";

/** A pull request with everything GitHub shows of a single one, worked out now. */
export async function pullJson(world: World, repository: Repository, pull: Pull) {
  const issue = await readIssue(world, repository, pull.number);
  const facts = await gitFacts(repository, pull);
  const { mergeable, state } = judge(repository, pull, facts);
  return {
    ...pullSummaryJson(world, { repository, pull, issue }),
    merged: pull.merged !== undefined,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: state,
    merged_by: pull.merged === undefined ? null : accountJson(world.accounts.get(pull.merged.by), world.origin),
    comments: issue.comments,
    review_comments: pull.comments.length,
    maintainer_can_modify: pull.head.repository !== repository,
    commits: facts.commits.length,
    additions: sum(facts.files.map(({ additions }) => additions)),
    deletions: sum(facts.files.map(({ deletions }) => deletions)),
    changed_files: facts.files.length,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

interface PullParts {
  readonly repository: Repository;
  readonly pull: Pull;
  readonly issue: IssueJson;
}

/** A pull request as lists show it: without what has to be worked out. */
export function pullSummaryJson(world: World, { repository, pull, issue }: PullParts) {
  const { origin, accounts } = world;
  const api = `${origin}/api/v3/repos/${fullName(repository)}`;
  const html = `${origin}/${fullName(repository)}/pull/${pull.number}`;
  const url = `${api}/pulls/${pull.number}`;
  const end = (home: Repository, ref: string, sha: string) => ({
    label: `${home.owner}:${ref}`,
    ref,
    sha,
    user: accountJson(accounts.get(home.owner), origin),
    repo: repositoryJson(world, home),
  });
  const links = {
    self: url,
    html,
    issue: `${api}/issues/${pull.number}`,
    comments: `${api}/issues/${pull.number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${pull.head.sha}`,
  };
  return {
    url,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links.issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number: pull.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: issue["active_lock_reason"] ?? null,
    title: issue.title,
    user: accountJson(accounts.get(pull.author), origin),
    body: issue.body,
    labels: issue.labels,
    milestone: issue["milestone"] ?? null,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
    closed_at: issue.closed_at,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    assignee: issue["assignee"] ?? null,
    assignees: issue.assignees,
    requested_reviewers: [...pull.reviewers].map((login) => accountJson(accounts.get(login), origin)),
    requested_teams: [],
    head: end(pull.head.repository, pull.head.ref, pull.head.sha),
    base: end(repository, pull.base.ref, pull.base.sha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: issue["author_association"],
    auto_merge:
      pull.autoMerge === undefined
        ? null
        : {
            enabled_by: accountJson(accounts.get(pull.autoMerge.by.login), origin),
            merge_method: pull.autoMerge.method,
            commit_title: pull.autoMerge.title ?? null,
            commit_message: null,
          },
    draft: pull.draft,
  };
}
