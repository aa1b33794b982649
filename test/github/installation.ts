import type { Permissions, Role } from "./actor.ts";
import { accountJson } from "./accounts.ts";
import { announce, announceInstallation, briefRepositoryJson } from "./announce.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { namedRepository, now } from "./world.ts";
import type { World } from "./world.ts";

/** The installation of the app under test, and what its owner may do to it. */
export interface InstallationControls {
  readonly id: number;
  /** A token of the app's bot, as an exchange of its JWT would give. */
  token(): string;
  /** Every installation token in use is refused from now on. */
  revokeTokens(): void;
  suspend(by: string): void;
  unsuspend(by: string): void;
  /** Uninstalls the app: its tokens die, nothing is told it any more. */
  remove(by: string): void;
  /** Installs it again, in the same repositories; the installation has another id then. */
  add(by: string): void;
  /** Grants the permissions that the app asks for by now. */
  acceptPermissions(by: string): void;
  /** Takes a repository out of the installation, or back in. */
  exclude(repository: string, by: string): void;
  include(repository: string, by: string): void;
  /** Changes what the app may do; tokens in use keep what they were made with. */
  grant(permissions: Permissions): void;
  /** Changes what somebody may do; null: nothing any more. */
  setRole(repository: string, login: string, role: Role | null): void;
  /** Gives a repository to another owner, where the app is installed, too, or is not. */
  transfer(repository: string, owner: string, by: { readonly as: string; readonly installed: boolean }): void;
  deleteRepository(repository: string, by: string): void;
}

export function installationControls(world: World): InstallationControls {
  const { installation, tokens } = world;
  const get = (name: string): Repository => namedRepository(world, name);
  const say = (action: string, sender: string) =>
    announceInstallation(world, {
      event: "installation",
      action,
      sender,
      body: { repositories: installed().map(briefRepositoryJson) },
    });
  const installed = () => world.repositories.filter((repository) => repository.installed);

  function move(repository: Repository, sender: string, into: boolean): void {
    repository.installed = into;
    const brief = [briefRepositoryJson(repository)];
    const lists = { repositories_added: into ? brief : [], repositories_removed: into ? [] : brief };
    const body = { repository_selection: "selected", ...lists, requester: null };
    announceInstallation(world, {
      event: "installation_repositories",
      action: into ? "added" : "removed",
      sender,
      body,
    });
  }

  return {
    get id() {
      return installation.id;
    },
    token: () =>
      tokens.installation({ kind: "installation", login: world.botLogin, permissions: world.app.permissions }).token,
    revokeTokens: () => tokens.revokeInstallations(),
    suspend(by) {
      installation.suspendedAt = now();
      say("suspend", by);
    },
    unsuspend(by) {
      installation.suspendedAt = undefined;
      say("unsuspend", by);
    },
    remove(by) {
      say("deleted", by);
      installation.removed = true;
      tokens.revokeInstallations();
    },
    add(by) {
      tokens.revokeInstallations();
      Object.assign(installation, { id: world.nextId(), removed: false, suspendedAt: undefined });
      say("created", by);
    },
    acceptPermissions: (by) => say("new_permissions_accepted", by),
    exclude: (name, by) => move(get(name), by, false),
    include: (name, by) => move(get(name), by, true),
    grant: (permissions) => void (world.app.permissions = permissions),
    setRole(name, login, role) {
      if (role === null) get(name).roles.delete(login);
      else get(name).roles.set(login, role);
    },
    transfer(name, owner, { as, installed: isInstalled }) {
      const repository = get(name);
      const from = accountJson(world.accounts.get(repository.owner), world.origin);
      if (!isInstalled) move(repository, as, false);
      repository.formerNames.add(fullName(repository).toLowerCase());
      repository.owner = owner;
      const body = { changes: { owner: { from: { user: from } } } };
      announce(world, { event: "repository", action: "transferred", repository, sender: as, body });
    },
    deleteRepository(name, by) {
      const repository = get(name);
      announce(world, { event: "repository", action: "deleted", repository, sender: by, body: {} });
      world.repositories.splice(world.repositories.indexOf(repository), 1);
    },
  };
}
