import { accountJson } from "./accounts.ts";
import { roleOf } from "./actor.ts";
import { reactionSummary } from "./reactions.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Turns what the emulator answered into what GitHub would have: addresses point at the front, accounts are the front's,
 * an issue that stands for a pull request says so, reactions are counted, the app's own writing is marked as such.
 */
export function present(world: World, repository: Repository, value: unknown): unknown {
  return walk({ world, repository }, value, "");
}

interface Place {
  readonly world: World;
  readonly repository: Repository;
}

function walk(place: Place, value: unknown, key: string): unknown {
  if (typeof value === "string") return address(place, value, key);
  if (Array.isArray(value)) return value.map((item) => walk(place, item, key));
  if (!isObject(value)) return value;
  if (typeof value["login"] === "string" && "site_admin" in value) {
    return accountJson(place.world.accounts.get(value["login"]), place.world.origin);
  }
  const walked = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(place, inner, name)]));
  if ("labels_url" in value && typeof value["number"] === "number" && "comments_url" in value) {
    return presentIssue(place, walked, value["number"]);
  }
  if ("issue_url" in value && typeof value["body"] === "string" && typeof value["id"] === "number") {
    return presentComment(place, walked, value["id"]);
  }
  return walked;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/** Pages live at the root of GitHub, the API below `/api/v3`; the emulator has one root for both. */
function address({ world, repository }: Place, text: string, key: string): string {
  if (!text.startsWith(world.emulator.url)) return text;
  const root = key === "html_url" || key === "avatar_url" ? world.origin : `${world.origin}/api/v3`;
  return (root + text.slice(world.emulator.url.length)).replace(`/${repository.emulated}`, `/${fullName(repository)}`);
}

function presentIssue(place: Place, issue: Json, number: number): Json {
  const { world, repository } = place;
  const reactions = reactionSummary(repository, `issue:${number}`, String(issue["url"]));
  const author = loginOf(issue["user"]);
  const common = { ...issue, reactions, author_association: association(place, author), ...viaApp(world, author) };
  const pull = repository.pulls.get(number);
  if (pull === undefined) return common;
  const html = `${world.origin}/${fullName(repository)}/pull/${number}`;
  return {
    ...common,
    node_id: pull.nodeId,
    html_url: html,
    draft: pull.draft,
    pull_request: {
      url: `${world.origin}/api/v3/repos/${fullName(repository)}/pulls/${number}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull.merged?.at ?? null,
    },
  };
}

function presentComment(place: Place, comment: Json, id: number): Json {
  const { world, repository } = place;
  const author = loginOf(comment["user"]);
  const number = Number(String(comment["issue_url"]).split("/").at(-1));
  const page = repository.pulls.has(number) ? "pull" : "issues";
  return {
    ...comment,
    html_url: `${world.origin}/${fullName(repository)}/${page}/${number}#issuecomment-${id}`,
    reactions: reactionSummary(repository, `comment:${id}`, String(comment["url"])),
    author_association: association(place, author),
    ...viaApp(world, author),
  };
}

function loginOf(user: unknown): string {
  return isObject(user) ? String(user["login"]) : "ghost";
}

function viaApp(world: World, author: string) {
  return { performed_via_github_app: author === world.botLogin ? appJson(world) : null };
}

/** What GitHub shows under `author_association`; nobody should decide anything by it. */
export function association({ world, repository }: Place, login: string): string {
  if (repository.owner === login) return "OWNER";
  const role = repository.roles.has(login) ? roleOf(repository, login) : undefined;
  if (role === undefined || role === "read") return "NONE";
  return world.accounts.get(repository.owner).type === "Organization" ? "MEMBER" : "COLLABORATOR";
}

/** The app as it is shown in comments and check runs. */
export function appJson(world: World) {
  const { app, accounts, installation, origin } = world;
  return {
    id: app.id,
    slug: app.slug,
    node_id: `app-${app.id}`,
    client_id: `Iv1.${app.id}`,
    owner: accountJson(accounts.get(installation.account), origin),
    name: app.name,
    description: "",
    external_url: `${origin}/apps/${app.slug}`,
    html_url: `${origin}/apps/${app.slug}`,
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    permissions: app.permissions,
    events: app.events ?? [],
  };
}
