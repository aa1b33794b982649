import type { ProbotOctokit } from "probot";
import { z } from "zod";
import { githubFailure } from "./githubFailure.ts";

const app = z.object({ slug: z.string().min(1) });

/** The app's own login, `<slug>[bot]`. One API call; an installation's Octokit asks it as the app. */
export async function appLogin(octokit: ProbotOctokit): Promise<string> {
  try {
    const { data } = await octokit.rest.apps.getAuthenticated();
    return `${app.parse(data).slug}[bot]`;
  } catch (error) {
    throw githubFailure(error, "reading the app's own name");
  }
}
