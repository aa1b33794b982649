import { z } from "zod";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

/** Any name will do: rules go by patterns, and the branch need not exist. */
const A_RUN_BRANCH = "autonomous/1-aaaaaaaa";
/** Rules that do nothing to what Autopack pushes. */
const HARMLESS = new Set(["required_linear_history", "code_scanning", "code_quality", "copilot_code_review"]);

const branchRules = z.array(
  z.object({
    type: z.string(),
    ruleset_id: z.int().optional(),
    parameters: z.object({ do_not_enforce_on_create: z.boolean().optional() }).loose().optional(),
  }),
);
const ruleset = z.object({ current_user_can_bypass: z.string().optional() });

/** Types of the rules that cover the branches of runs and that the app cannot bypass; none where GitHub would not say. */
export async function runBranchRules(repository: GithubRepository): Promise<readonly string[]> {
  const { octokit, owner, repo } = repository;
  const found = await ask<z.output<typeof branchRules>>(repository, {
    doing: "reading the rules for branches of runs",
    send: async () => octokit.rest.repos.getBranchRules({ owner, repo, branch: A_RUN_BRANCH, per_page: 100 }),
    answer: branchRules,
    refused: ({ status }) => (status === 403 || status === 404 ? [] : undefined),
  });
  const relevant = found.filter(({ type }) => !HARMLESS.has(type));
  const ids = [...new Set(relevant.flatMap(({ ruleset_id: id }) => id ?? []))];
  const bypassed = new Set(await Promise.all(ids.map(async (id) => ((await mayBypass(repository, id)) ? id : null))));
  return [
    ...new Set(relevant.filter(({ ruleset_id: id }) => id === undefined || !bypassed.has(id)).map(({ type }) => type)),
  ];
}

async function mayBypass(repository: GithubRepository, id: number): Promise<boolean> {
  const { octokit, owner, repo } = repository;
  return ask<boolean>(repository, {
    doing: "asking whether the app may bypass a ruleset",
    send: async () => octokit.rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id, includes_parents: true }),
    answer: ruleset.transform(({ current_user_can_bypass: bypass }) => bypass === "always" || bypass === "exempt"),
    // What cannot be read is not held against the repository.
    refused: ({ status }) => (status === 403 || status === 404 ? true : undefined),
  });
}
