const api = "https://api.github.com";

/** The text of an `issues.labeled` webhook with the fields and the size that GitHub's have: some 10 KB. */
export function webhookPayload(): string {
  const repo = `${api}/repos/acme/widget-factory`;
  return JSON.stringify({
    action: "labeled",
    issue: issue(`${repo}/issues/42`),
    label: label("autopack"),
    repository: repository(repo),
    organization: { login: "acme", id: 8_675_309, node_id: "O_kgDOAIRf3Q", ...urls(`${api}/orgs/acme`, orgLinks) },
    sender: user("octocat"),
    installation: { id: 52_310_311, node_id: "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uNTIzMTAzMTE=" },
  });
}

const words = "collaborators/teams/hooks/events/assignees/branches/tags/blobs/refs/trees/statuses/languages/stargazers";
const more = "contributors/subscribers/subscription/commits/comments/contents/compare/merges/archive/downloads/issues";
const repositoryLinks = `${words}/${more}/pulls/milestones/notifications/labels/releases/deployments/forks/keys`.split(
  "/",
);
const userLinks = "followers/following/gists/starred/subscriptions/organizations/repos/events/received_events".split(
  "/",
);
const orgLinks = "repos/events/hooks/issues/members/public_members".split("/");

function urls(base: string, links: readonly string[]): object {
  return Object.fromEntries(links.map((link) => [`${link}_url`, `${base}/${link}{/number}`]));
}

function user(login: string): object {
  const avatar = "https://avatars.githubusercontent.com/u/21031067?v=4";
  const base = { login, id: 21_031_067, node_id: "MDQ6VXNlcjIxMDMxMDY3", avatar_url: avatar, gravatar_id: "" };
  return { ...base, url: `${api}/users/${login}`, ...urls(`${api}/users/${login}`, userLinks), site_admin: false };
}

function label(name: string): object {
  const url = `${api}/repos/acme/widget-factory/labels/${name}`;
  return { id: 1_362_934_389, node_id: "MDU6TGFiZWwxMzYyOTM0Mzg5", url, name, color: "0e8a16", default: false };
}

function issue(url: string): object {
  return {
    url,
    ...urls(url, ["repository", "labels", "comments", "events", "html", "timeline"]),
    id: 2_144_500_041,
    node_id: "I_kwDOJX5x_M5_0qHJ",
    number: 42,
    title: "Greet people by their name, in the language of their browser",
    user: user("octocat"),
    labels: [label("autopack"), label("enhancement"), label("good first issue")],
    assignees: [user("hubot")],
    state: "open",
    comments: 3,
    created_at: "2026-11-21T09:00:00Z",
    body: "Whoever opens the page is greeted with `hello`, whatever their name is.\r\n- [ ] read the name\r\n".repeat(
      12,
    ),
    reactions: { url: `${url}/reactions`, total_count: 0, "+1": 0, "-1": 0, laugh: 0, hooray: 0, heart: 0, eyes: 0 },
    author_association: "MEMBER",
  };
}

function repository(url: string): object {
  return {
    id: 186_853_002,
    node_id: "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=",
    name: "widget-factory",
    full_name: "acme/widget-factory",
    private: true,
    owner: user("acme"),
    html_url: "https://github.com/acme/widget-factory",
    description: "Everything that makes widgets",
    url,
    ...urls(url, repositoryLinks),
    created_at: "2019-05-15T15:19:25Z",
    pushed_at: "2026-11-21T08:59:58Z",
    topics: ["widgets", "factory", "typescript"],
    visibility: "private",
    default_branch: "main",
  };
}
