import type { Probot } from "probot";
import { z } from "zod";
import { githubFailure } from "./githubFailure.ts";

const answer = z.object({ token: z.string().min(1) });

/**
 * A token of an installation, for git. From Octokit's cache while it lasts, so usually without a request; `renewed` asks for
 * another one, because that was refused.
 */
export async function installationToken(
  probot: Pick<Probot, "auth">,
  installationId: number,
  { renewed = false } = {},
): Promise<string> {
  try {
    const octokit = await probot.auth(installationId);
    return answer.parse(await octokit.auth({ type: "installation", installationId, refresh: renewed })).token;
  } catch (error) {
    throw githubFailure(error, `asking for a token of installation ${installationId}`);
  }
}
