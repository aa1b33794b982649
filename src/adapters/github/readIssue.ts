import type { Probot } from "probot";
import { z } from "zod";
import { githubFailure } from "./githubFailure.ts";

const WITH_ID = z.object({ id: z.int() });
const ISSUE = z.object({ title: z.string(), body: z.string().nullish() });

/**
 * An issue's title and text, read as the App's installation in its repository. Two calls beside those for tokens.
 * @throws Failure where the App is not installed there, or there is no such issue
 */
export async function readIssue(
  probot: Pick<Probot, "auth">,
  { owner, name, number }: { readonly owner: string; readonly name: string; readonly number: number },
): Promise<{ readonly title: string; readonly body: string }> {
  const repository = { owner, repo: name };
  try {
    const app = await probot.auth();
    const installation = WITH_ID.parse((await app.rest.apps.getRepoInstallation(repository)).data);
    const octokit = await probot.auth(installation.id);
    const { data } = await octokit.rest.issues.get({ ...repository, issue_number: number });
    const { title, body } = ISSUE.parse(data);
    return { title, body: body ?? "" };
  } catch (error) {
    throw githubFailure(error, `reading issue #${number} of ${owner}/${name}`);
  }
}
