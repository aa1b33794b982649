import type { ProbotOctokit } from "probot";
import { z } from "zod";
import type { Repository } from "../../domain/repository.ts";
import type { Role } from "../../domain/role.ts";
import type { Forge } from "../../ports/forge.ts";
import { appLogin } from "./appLogin.ts";
import { autoMerge } from "./autoMerge.ts";
import { checks } from "./checks.ts";
import { changedFiles } from "./changedFiles.ts";
import { comments } from "./comments.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";
import { issueComments } from "./issueComments.ts";
import { issues } from "./issues.ts";
import { labels } from "./labels.ts";
import { observedChecks } from "./observedChecks.ts";
import { pulls } from "./pulls.ts";
import { reviews } from "./reviews.ts";
import { rules } from "./rules.ts";

/**
 * GitHub's REST and GraphQL API as the forge of one repository. `botLogin` tells Autopack's own comments and check runs
 * from others'; by default GitHub is asked for it whenever that matters.
 */
export function octokitForge(
  octokit: ProbotOctokit,
  { owner, name }: Pick<Repository, "owner" | "name">,
  botLogin: () => Promise<string> = async () => appLogin(octokit),
): Forge {
  const repository: GithubRepository = { octokit, owner, repo: name, botLogin };
  return {
    roleOf: async (login) => roleOf(repository, login),
    ...comments(repository),
    ...issueComments(repository),
    ...issues(repository),
    ...labels(repository),
    ...pulls(repository),
    ...autoMerge(repository),
    ...rules(repository),
    ...reviews(repository),
    ...checks(repository),
    ...observedChecks(repository),
    ...changedFiles(repository),
  };
}

const role = z.enum(["none", "read", "triage", "write", "maintain", "admin"]);

/** `permission` knows no triage and no maintain; `role_name` may be one that an organisation made up. */
const collaborator = z
  .object({ role_name: z.string().optional(), permission: z.string() })
  .transform(({ role_name: named, permission }): Role => {
    const known = role.safeParse(named);
    return known.success ? known.data : role.parse(permission);
  });

async function roleOf(repository: GithubRepository, login: string): Promise<Role> {
  const { octokit, owner, repo } = repository;
  return ask<Role>(repository, {
    doing: `asking for the permission of ${login}`,
    send: async () => octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login }),
    answer: collaborator,
    refused: ({ status }) => (status === 404 ? "none" : undefined),
  });
}
