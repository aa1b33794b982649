/** A person, an organisation or an app's bot, as GitHub shows them. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
}

export interface Accounts {
  add(login: string, type: Account["type"]): Account;
  find(login: string): Account | undefined;
  /** Unknown logins are GitHub's own `ghost`. */
  get(login: string): Account;
  all(): readonly Account[];
}

const ghost: Account = { id: 10137, login: "ghost", type: "User" };

export function createAccounts(nextId: () => number): Accounts {
  const byLogin = new Map<string, Account>();

  function add(login: string, type: Account["type"]): Account {
    const known = byLogin.get(login.toLowerCase());
    if (known !== undefined) return known;
    const account: Account = { id: nextId(), login, type };
    byLogin.set(login.toLowerCase(), account);
    return account;
  }

  return {
    add,
    find: (login) => byLogin.get(login.toLowerCase()),
    get: (login) => byLogin.get(login.toLowerCase()) ?? ghost,
    all: () => [...byLogin.values()],
  };
}

/** GitHub's "simple user". */
export function accountJson(account: Account, origin: string) {
  const url = `${origin}/api/v3/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${origin}/avatars/u/${account.id}`,
    gravatar_id: "",
    url,
    html_url: `${origin}/${account.type === "Bot" ? `apps/${account.login.replace(/\[bot\]$/, "")}` : account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** An opaque id that is unique over all kinds of objects, as GraphQL wants it. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString("base64url");
}
