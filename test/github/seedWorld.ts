import { cp } from "node:fs/promises";
import path from "node:path";
import type { GitHubOptions, RepositoryOptions } from "./options.ts";
import { createRepository } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { seedRepository } from "./seed.ts";
import type { World } from "./world.ts";

export type PlannedRepository = RepositoryOptions & { readonly owner: string; readonly installed: boolean };

export function plannedRepositories(options: GitHubOptions, owner: string): readonly PlannedRepository[] {
  const wanted: readonly RepositoryOptions[] = options.repositories ?? [
    { name: "widget", files: { "README.md": "# widget\n" } },
  ];
  return wanted.map((one) => ({
    ...one,
    owner: one.owner ?? owner,
    installed: one.installed ?? (one.owner === undefined || one.owner === owner),
  }));
}

export interface SeedPlan {
  readonly planned: readonly PlannedRepository[];
  readonly directory: string;
  readonly nextId: () => number;
}

/** One after the other, because a fork copies an earlier one. */
export async function createSeededRepositories({ planned, directory, nextId }: SeedPlan): Promise<Repository[]> {
  const made: Repository[] = [];
  for (const plan of planned) {
    const origin = made.find(({ owner, name }) => `${owner}/${name}` === plan.forkOf);
    if (plan.forkOf !== undefined && origin === undefined) throw new Error(`No repository ${plan.forkOf} to fork`);
    const id = nextId();
    const repository = createRepository({
      id,
      owner: plan.owner,
      name: plan.name,
      directory: path.join(directory, `${id}.git`),
      private: plan.private ?? false,
      installed: plan.installed,
      description: plan.description ?? null,
      forkOf: origin,
    });
    if (origin === undefined) await seedRepository(repository.directory, plan);
    else await cp(origin.directory, repository.directory, { recursive: true });
    made.push(repository);
  }
  return made;
}

export function grantRoles(world: World, users: NonNullable<GitHubOptions["users"]>): void {
  for (const [login, given] of Object.entries(users)) {
    for (const repository of world.repositories) {
      const role = typeof given === "string" ? given : given[repository.name];
      if (role !== undefined && repository.owner === world.installation.account) repository.roles.set(login, role);
    }
  }
}
