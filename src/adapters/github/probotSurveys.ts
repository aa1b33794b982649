import type { Probot, ProbotOctokit } from "probot";
import { z } from "zod";
import type { Surveys, SurveyedRepository } from "../../ports/survey.ts";
import { githubFailure } from "./githubFailure.ts";
import { readDeliveries, redeliver } from "./hookDeliveries.ts";
import { survey } from "./survey.ts";

const PER_PAGE = 100;

const installations = z.array(z.object({ id: z.int(), suspended_at: z.string().nullish() }));

const repositories = z.object({
  repositories: z.array(
    z.looseObject({
      id: z.int(),
      name: z.string().min(1),
      private: z.boolean(),
      archived: z.boolean().default(false),
      default_branch: z.string().min(1),
      owner: z.looseObject({ login: z.string().min(1) }),
    }),
  ),
});

/** What sweeps ask of GitHub, for all installations of a GitHub App. */
export function probotSurveys(probot: Pick<Probot, "auth">, botLogin: () => Promise<string>): Surveys {
  return {
    of: async ({ installationId, owner, name: repo }) =>
      survey({ octokit: await probot.auth(installationId), owner, repo, botLogin }),
    repositories: async () => listRepositories(probot),
    deliveries: async (since) => readDeliveries(await probot.auth(), since),
    redeliver: async (loggedId) => redeliver(await probot.auth(), loggedId),
  };
}

async function listRepositories(probot: Pick<Probot, "auth">): Promise<readonly SurveyedRepository[]> {
  try {
    const app = await probot.auth();
    const found: SurveyedRepository[] = [];
    for (const { id, suspended_at: suspendedAt } of await listInstallations(app))
      if (suspendedAt === null || suspendedAt === undefined) found.push(...(await repositoriesOf(probot, id)));
    return found;
  } catch (error) {
    throw githubFailure(error, "listing the repositories that the app is installed on");
  }
}

async function listInstallations(app: ProbotOctokit): Promise<z.infer<typeof installations>> {
  const found: z.infer<typeof installations> = [];
  for (let page = 1; ; page += 1) {
    const { data } = await app.rest.apps.listInstallations({ per_page: PER_PAGE, page });
    const some = installations.parse(data);
    found.push(...some);
    if (some.length < PER_PAGE) return found;
  }
}

async function repositoriesOf(
  probot: Pick<Probot, "auth">,
  installationId: number,
): Promise<readonly SurveyedRepository[]> {
  const octokit = await probot.auth(installationId);
  const found: SurveyedRepository[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation({ per_page: PER_PAGE, page });
    const some = repositories.parse(data).repositories;
    for (const said of some) {
      const { id, name, private: isPrivate, default_branch: defaultBranch, archived: isArchived } = said;
      found.push({ id, installationId, name, owner: said.owner.login, isPrivate, defaultBranch, isArchived, said });
    }
    if (some.length < PER_PAGE) return found;
  }
}
