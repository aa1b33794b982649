import { accountJson, nodeId } from "./accounts.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { repositoryJson } from "./repositoryJson.ts";
import type { World } from "./world.ts";

export interface Announcement {
  readonly event: string;
  readonly action?: string;
  readonly repository: Repository;
  /** Login of whoever did it. */
  readonly sender: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Sends a webhook about a repository, in GitHub's envelope. Says nothing when the app would not hear of it: not
 * installed there, suspended, or not subscribed to the event.
 */
export function announce(world: World, { event, action, repository, sender, body }: Announcement): void {
  const { installation, app, accounts, origin } = world;
  if (!repository.installed || installation.suspendedAt !== undefined || installation.removed) return;
  if (app.events !== undefined && !app.events.includes(event)) return;
  const owner = accounts.get(repository.owner);
  world.webhooks.emit({
    event,
    action: action ?? null,
    installationId: installation.id,
    repositoryId: repository.id,
    payload: structuredClone({
      ...(action === undefined ? {} : { action }),
      ...body,
      repository: repositoryJson(world, repository),
      ...(owner.type === "Organization" ? { organization: organizationJson(world, owner.login) } : {}),
      sender: accountJson(accounts.get(sender), origin),
      installation: { id: installation.id, node_id: nodeId("Installation", installation.id) },
    }),
  });
}

/** Sends a webhook about the installation itself; apps hear of those without subscribing. */
export function announceInstallation(
  world: World,
  event: Pick<Announcement, "event" | "sender" | "body"> & { readonly action: string },
): void {
  const { installation, accounts, origin } = world;
  world.webhooks.emit({
    event: event.event,
    action: event.action,
    installationId: installation.id,
    repositoryId: null,
    payload: structuredClone({
      action: event.action,
      installation: installationJson(world),
      ...event.body,
      sender: accountJson(accounts.get(event.sender), origin),
    }),
  });
}

export function installationJson(world: World) {
  const { installation, app, accounts, origin } = world;
  const account = accounts.get(installation.account);
  return {
    id: installation.id,
    account: accountJson(account, origin),
    repository_selection: "selected" as const,
    access_tokens_url: `${origin}/api/v3/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${origin}/api/v3/installation/repositories`,
    html_url: `${origin}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions,
    events: app.events ?? [],
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_at: installation.suspendedAt ?? null,
    suspended_by: null,
  };
}

/** The short form of a repository in `installation_repositories`. */
export function briefRepositoryJson(repository: Repository) {
  const { id, nodeId: node_id, name } = repository;
  return { id, node_id, name, full_name: fullName(repository), private: repository.private };
}

function organizationJson({ accounts, origin }: World, login: string) {
  const account = accounts.get(login);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("Organization", account.id),
    url: `${origin}/api/v3/orgs/${account.login}`,
    avatar_url: `${origin}/avatars/u/${account.id}`,
    description: "",
  };
}
