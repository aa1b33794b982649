import { writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { accountJson } from "./accounts.ts";
import { permit, roleOf, roles } from "./actor.ts";
import type { Requirement, Role } from "./actor.ts";
import { announce } from "./announce.ts";
import { enter, numberParam, page, readBody, textParam } from "./api.ts";
import type { Api } from "./api.ts";
import { Problem, notFound } from "./problem.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { repositoryJson } from "./repositoryJson.ts";
import { findRepository } from "./world.ts";
import type { World } from "./world.ts";

const read: Requirement = { app: ["metadata"], level: "read", role: "read" };

const settings = z.object({
  name: z.string().min(1).optional(),
  description: z.string().nullish(),
  private: z.boolean().optional(),
  archived: z.boolean().optional(),
  default_branch: z.string().optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
  allow_auto_merge: z.boolean().optional(),
});

/** Repositories, who may do what in them, and accounts. */
export function repositoryRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo";

  api.get(root, (c) => {
    const asked = `${textParam(c, "owner")}/${textParam(c, "repo")}`;
    const { repository, actor } = enter(world, c, read);
    const moved = fullName(repository).toLowerCase() !== asked.toLowerCase();
    if (moved) return c.redirect(`${world.origin}/api/v3/repositories/${repository.id}`, 301);
    return c.json(repositoryJson(world, repository, actor));
  });

  api.get("/repositories/:id", (c) => {
    const repository = world.repositories.find(({ id }) => id === numberParam(c, "id"));
    if (repository === undefined) throw notFound();
    return c.json(repositoryJson(world, repository, permit(c.get("actor"), repository, read)));
  });

  api.patch(root, async (c) => {
    const { repository, actor } = enter(world, c, { app: ["administration"], level: "read", role: "admin" });
    if (actor.kind === "installation" && actor.permissions["administration"] !== "write") {
      throw new Problem(403, "Resource not accessible by integration");
    }
    changeSettings(world, repository, { login: actor.login, changes: await readBody(c, settings) });
    return c.json(repositoryJson(world, repository, actor));
  });

  api.get(`${root}/collaborators`, (c) => {
    const { repository } = enter(world, c, { ...read, role: "write" });
    const people = [...repository.roles.keys()].filter((login) => roleOf(repository, login) !== undefined);
    return c.json(page(c, people).map((login) => collaboratorJson(world, login, roleOf(repository, login) ?? "read")));
  });

  api.get(`${root}/collaborators/:login`, (c) => {
    const { repository } = enter(world, c, { ...read, role: "write" });
    if (!repository.roles.has(textParam(c, "login")) && repository.owner !== c.req.param("login")) throw notFound();
    return c.body(null, 204);
  });

  api.get(`${root}/collaborators/:login/permission`, (c) => {
    const { repository } = enter(world, c, read);
    const account = world.accounts.find(textParam(c, "login"));
    if (account === undefined) throw notFound();
    const role = account.type === "Bot" ? undefined : roleOf(repository, account.login);
    // `permission` has four words only, of old; `role_name` is the whole truth.
    const simple = { read: "read", triage: "read", write: "write", maintain: "write", admin: "admin" } as const;
    const user = collaboratorJson(world, account.login, role);
    return c.json({ permission: role === undefined ? "none" : simple[role], role_name: role ?? "none", user });
  });

  accountRoutes(api, world);
}

function accountRoutes(api: Api, world: World): void {
  const account = (login: string) => {
    const found = world.accounts.find(login);
    if (found === undefined) throw notFound();
    return { ...accountJson(found, world.origin), name: found.login, email: null };
  };
  api.get("/users/:login", (c) => c.json(account(textParam(c, "login"))));
  api.get("/orgs/:login", (c) => c.json(account(textParam(c, "login"))));
  api.get("/user", (c) => {
    const actor = c.get("actor");
    if (actor.kind === "user") return c.json(account(actor.login));
    if (actor.kind === "nobody") throw new Problem(401, "Requires authentication");
    throw new Problem(403, "Resource not accessible by integration");
  });
}

function collaboratorJson(world: World, login: string, role: Role | undefined) {
  const may = (least: Role) => role !== undefined && roles.indexOf(role) >= roles.indexOf(least);
  return {
    ...accountJson(world.accounts.get(login), world.origin),
    permissions: {
      admin: may("admin"),
      maintain: may("maintain"),
      push: may("write"),
      triage: may("triage"),
      pull: may("read"),
    },
    role_name: role ?? "none",
  };
}

export interface SettingsChange {
  readonly login: string;
  readonly changes: z.infer<typeof settings>;
}

/** Changes settings and announces what GitHub would: renamed, archived, privatized …, else edited. */
export function changeSettings(world: World, repository: Repository, { login, changes }: SettingsChange): void {
  const before = {
    name: repository.name,
    archived: repository.archived,
    private: repository.private,
    branch: repository.defaultBranch,
  };
  const { merging } = repository;
  if (changes.name !== undefined && changes.name !== before.name) rename(world, repository, changes.name);
  repository.description = changes.description ?? repository.description;
  repository.archived = changes.archived ?? before.archived;
  repository.private = changes.private ?? before.private;
  repository.defaultBranch = changes.default_branch ?? before.branch;
  // Git itself keeps the branch that a clone begins with from being deleted.
  writeFileSync(path.join(repository.directory, "HEAD"), `ref: refs/heads/${repository.defaultBranch}\n`);
  merging.allowMergeCommit = changes.allow_merge_commit ?? merging.allowMergeCommit;
  merging.allowSquash = changes.allow_squash_merge ?? merging.allowSquash;
  merging.allowRebase = changes.allow_rebase_merge ?? merging.allowRebase;
  merging.allowAutoMerge = changes.allow_auto_merge ?? merging.allowAutoMerge;
  merging.deleteBranchOnMerge = changes.delete_branch_on_merge ?? merging.deleteBranchOnMerge;

  const say = (action: string, body: Readonly<Record<string, unknown>> = {}) =>
    announce(world, { event: "repository", action, repository, sender: login, body });
  if (repository.name !== before.name) say("renamed", { changes: { repository: { name: { from: before.name } } } });
  if (repository.archived !== before.archived) say(repository.archived ? "archived" : "unarchived");
  if (repository.private !== before.private) say(repository.private ? "privatized" : "publicized");
  if (repository.defaultBranch !== before.branch)
    say("edited", { changes: { default_branch: { from: before.branch } } });
}

/** A renamed repository keeps answering to its old name. */
function rename(world: World, repository: Repository, name: string): void {
  const taken = findRepository(world, `${repository.owner}/${name}`);
  if (taken !== undefined && taken !== repository)
    throw new Problem(422, "Repository creation failed: name already exists on this account");
  repository.formerNames.add(fullName(repository).toLowerCase());
  repository.name = name;
}
