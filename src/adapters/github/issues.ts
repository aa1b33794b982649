import { z } from "zod";
import type { Forge, IssueView } from "../../ports/forge.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

const issueView: z.ZodType<IssueView> = z
  .object({
    title: z.string(),
    body: z.string().nullish(),
    state: z.enum(["open", "closed"]),
    labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  })
  .transform(({ title, body, state, labels }) => ({
    title,
    body: body ?? "",
    state,
    labels: labels.flatMap((label) => (typeof label === "string" ? label : (label.name ?? []))),
  }));

/** Issues of one repository, pull requests among them: their labels are an issue's. */
export function issues(repository: GithubRepository): Pick<Forge, "findIssue"> {
  const { octokit, owner, repo } = repository;
  return {
    findIssue: async (number) =>
      ask<IssueView | null>(repository, {
        doing: `reading #${number}`,
        send: async () => octokit.rest.issues.get({ owner, repo, issue_number: number }),
        answer: issueView,
        // 410: deleted. 301: transferred; what it is now is another repository's.
        refused: ({ status }) => (status === 404 || status === 410 || status === 301 ? null : undefined),
      }),
  };
}
