import { Problem, notFound } from "./problem.ts";
import type { Repository } from "./repository.ts";

export const roles = ["read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof roles)[number];

export type Permissions = Readonly<Record<string, "read" | "write">>;

/** Who makes a request: nobody, the app itself (by JWT), the app's bot (by installation token), or a person. */
export type Actor =
  | { readonly kind: "nobody" }
  | { readonly kind: "app" }
  | {
      readonly kind: "installation";
      readonly login: string;
      readonly permissions: Permissions;
      /** Ids the token was narrowed to; absent when it covers the whole installation. */
      readonly repositoryIds?: readonly number[];
    }
  | { readonly kind: "user"; readonly login: string };

export type NamedActor = Extract<Actor, { readonly login: string }>;

/** What a route asks for: of an app any one of the permissions at that level, of a person a role. */
export interface Requirement {
  readonly app: readonly string[];
  readonly level: "read" | "write";
  readonly role: Role;
}

export function roleOf(repository: Repository, login: string): Role | undefined {
  if (repository.owner === login) return "admin";
  const given = repository.roles.get(login);
  if (given !== undefined) return given;
  return repository.private ? undefined : "read";
}

export function hasRole(repository: Repository, login: string, least: Role): boolean {
  const role = roleOf(repository, login);
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(least);
}

/**
 * Refuses as GitHub does: 404 for what the actor may not even see, 403 for what it may see but not do.
 *
 * @returns the actor, known to have a name
 */
export function permit(actor: Actor, repository: Repository, requirement: Requirement): NamedActor {
  switch (actor.kind) {
    case "nobody":
      if (repository.private) throw notFound();
      if (requirement.level === "write") throw new Problem(401, "Requires authentication");
      return { kind: "user", login: "ghost" };
    case "app":
      throw new Problem(403, "This endpoint requires an installation token, not the app's own JWT");
    case "installation":
      return permitInstallation(actor, repository, requirement);
    case "user":
      if (!hasRole(repository, actor.login, "read")) throw notFound();
      if (hasRole(repository, actor.login, requirement.role)) return writable(actor, repository, requirement);
      throw new Problem(403, `Must have ${requirement.role} rights to Repository.`);
  }
}

function permitInstallation(
  actor: Extract<Actor, { kind: "installation" }>,
  repository: Repository,
  requirement: Requirement,
): NamedActor {
  const covered = repository.installed && (actor.repositoryIds?.includes(repository.id) ?? true);
  if (!covered && (repository.private || requirement.level === "write")) throw notFound();
  const granted = requirement.app.some((name) => {
    const level = name === "metadata" ? "read" : actor.permissions[name];
    return level === "write" || level === requirement.level;
  });
  const publicRead = !repository.private && requirement.level === "read";
  if (!granted && !publicRead) throw new Problem(403, "Resource not accessible by integration");
  return writable(actor, repository, requirement);
}

function writable(actor: NamedActor, repository: Repository, requirement: Requirement): NamedActor {
  if (repository.archived && requirement.level === "write") {
    throw new Problem(403, "Repository was archived so is read-only.");
  }
  return actor;
}
