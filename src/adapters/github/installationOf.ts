import type { ProbotOctokit } from "probot";
import { z } from "zod";
import type { Repository } from "../../domain/repository.ts";
import { githubFailure, readAnswer } from "./githubFailure.ts";

const installation = z.object({ id: z.int(), suspended_at: z.string().nullish() });

/**
 * The installation of the app that may act in a repository; null where there is none, or it is suspended. `octokit` is to
 * be authenticated as the app. A repository that was renamed or transferred is found under its old name.
 */
export async function installationOf(
  octokit: ProbotOctokit,
  { owner, name }: Pick<Repository, "owner" | "name">,
): Promise<number | null> {
  try {
    const { data } = await octokit.rest.apps.getRepoInstallation({ owner, repo: name });
    const { id, suspended_at: suspendedAt = null } = installation.parse(data);
    return suspendedAt === null ? id : null;
  } catch (error) {
    const answer = readAnswer(error);
    if (answer?.answered === true && answer.status === 404) return null;
    throw githubFailure(error, `asking where the app is installed for ${owner}/${name}`);
  }
}
