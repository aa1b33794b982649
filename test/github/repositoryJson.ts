import { accountJson } from "./accounts.ts";
import { hasRole } from "./actor.ts";
import type { NamedActor } from "./actor.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

/** The full repository object, in answers and in webhooks. `asker` adds what they may do there. */
export function repositoryJson(world: World, repository: Repository, asker?: NamedActor) {
  const { origin, accounts } = world;
  const full = fullName(repository);
  const api = `${origin}/api/v3/repos/${full}`;
  const html = `${origin}/${full}`;
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: full,
    private: repository.private,
    owner: accountJson(accounts.get(repository.owner), origin),
    html_url: html,
    description: repository.description,
    fork: repository.forkOf !== undefined,
    url: api,
    archive_url: `${api}/{archive_format}{/ref}`,
    assignees_url: `${api}/assignees{/user}`,
    blobs_url: `${api}/git/blobs{/sha}`,
    branches_url: `${api}/branches{/branch}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    comments_url: `${api}/comments{/number}`,
    commits_url: `${api}/commits{/sha}`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    contributors_url: `${api}/contributors`,
    deployments_url: `${api}/deployments`,
    downloads_url: `${api}/downloads`,
    events_url: `${api}/events`,
    forks_url: `${api}/forks`,
    git_commits_url: `${api}/git/commits{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    hooks_url: `${api}/hooks`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    issue_events_url: `${api}/issues/events{/number}`,
    issues_url: `${api}/issues{/number}`,
    keys_url: `${api}/keys{/key_id}`,
    labels_url: `${api}/labels{/name}`,
    languages_url: `${api}/languages`,
    merges_url: `${api}/merges`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    pulls_url: `${api}/pulls{/number}`,
    releases_url: `${api}/releases{/id}`,
    stargazers_url: `${api}/stargazers`,
    statuses_url: `${api}/statuses/{sha}`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    tags_url: `${api}/tags`,
    teams_url: `${api}/teams`,
    trees_url: `${api}/git/trees{/sha}`,
    clone_url: `${html}.git`,
    git_url: `${html.replace(/^http/, "git")}.git`,
    ssh_url: `git@${new URL(origin).host}:${full}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    network_count: 0,
    custom_properties: {},
    watchers: 0,
    watchers_count: 0,
    size: 1,
    default_branch: repository.defaultBranch,
    open_issues: 0,
    open_issues_count: 0,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? "private" : "public",
    pushed_at: repository.createdAt,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    license: null,
    allow_forking: true,
    web_commit_signoff_required: false,
    allow_merge_commit: repository.merging.allowMergeCommit,
    allow_squash_merge: repository.merging.allowSquash,
    allow_rebase_merge: repository.merging.allowRebase,
    delete_branch_on_merge: repository.merging.deleteBranchOnMerge,
    allow_auto_merge: false,
    ...(asker === undefined ? {} : { permissions: permissionsOf(repository, asker) }),
  };
}

function permissionsOf(repository: Repository, asker: NamedActor) {
  const may = (role: "admin" | "maintain" | "write" | "triage" | "read") =>
    asker.kind === "user" && hasRole(repository, asker.login, role);
  return {
    admin: may("admin"),
    maintain: may("maintain"),
    push: asker.kind === "installation" ? asker.permissions["contents"] === "write" : may("write"),
    triage: may("triage"),
    pull: true,
  };
}
