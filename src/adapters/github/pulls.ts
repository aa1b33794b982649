import { z } from "zod";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Forge, MergeOutcome, PullView } from "../../ports/forge.ts";
import { ANYTHING, ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

const sha = z
  .string()
  .regex(/^[0-9a-f]{40}$/)
  .transform((text) => text as Sha);

const pullView: z.ZodType<PullView> = z
  .object({
    number: z.int(),
    node_id: z.string().min(1),
    title: z.string(),
    draft: z.boolean().nullish(),
    state: z.enum(["open", "closed"]),
    merged_at: z.string().nullable().default(null),
    merge_commit_sha: sha.nullish(),
    body: z.string().nullish(),
    head: z.object({ sha }),
  })
  .transform((pull) => ({
    number: pull.number,
    nodeId: pull.node_id,
    title: pull.title,
    draft: pull.draft === true,
    state: pull.state,
    // An open pull request has a merge commit too: GitHub's trial merge.
    mergedSha: pull.merged_at === null ? null : (pull.merge_commit_sha ?? null),
    body: pull.body ?? "",
    head: pull.head.sha,
  }));

const UPDATE = `updatePullRequest(input: { pullRequestId: $id, title: $title, body: $body }) { pullRequest { id } }`;
const READY = `markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { id isDraft } }`;

/** Pull requests of one repository. */
export function pulls(
  repository: GithubRepository,
): Pick<Forge, "createPull" | "findPull" | "getPull" | "updatePull" | "mergePull"> {
  const { octokit, owner, repo } = repository;
  return {
    createPull: async (pull) => createPull(repository, pull),

    findPull: async (head) => {
      const [newest] = await ask(repository, {
        doing: `looking for the pull request of ${head}`,
        send: async () =>
          octokit.rest.pulls.list({
            owner,
            repo,
            head: `${owner}:${head}`,
            state: "all",
            sort: "created",
            direction: "desc",
            per_page: 1,
          }),
        answer: z.array(pullView),
      });
      return newest ?? null;
    },

    getPull: async (number) =>
      ask(repository, {
        doing: `reading the pull request #${number}`,
        send: async () => octokit.rest.pulls.get({ owner, repo, pull_number: number }),
        answer: pullView,
      }),

    updatePull: async ({ nodeId: id, title, body, ready }) => {
      const query = `mutation ($id: ID!, $title: String!, $body: String!) { update: ${UPDATE} ${ready ? `ready: ${READY}` : ""} }`;
      await ask(repository, {
        doing: ready ? "marking the pull request as ready" : "writing the pull request's body",
        send: async () => ({ data: await octokit.graphql(query, { id, title, body }) }),
        answer: ANYTHING,
      });
    },

    mergePull: async ({ number, sha: head, method, title }) =>
      ask<MergeOutcome>(repository, {
        doing: `merging the pull request #${number}`,
        send: async () =>
          octokit.rest.pulls.merge({
            owner,
            repo,
            pull_number: number,
            sha: head,
            merge_method: method,
            ...(method === "rebase" ? {} : { commit_title: title }),
          }),
        answer: z.object({ sha }).transform((merged) => ({ kind: "merged" as const, sha: merged.sha })),
        refused: ({ status, message }) => {
          if (status === 409) return { kind: "head_moved" };
          if (status !== 405 && status !== 422) return undefined;
          if (PASSING.test(message)) throw new EnvironmentFailure(`merging the pull request #${number}: ${message}`);
          return { kind: "refused", message };
        },
      }),
  };
}

/** A push to the base, or another merge, at this very moment. */
const PASSING = /base branch was modified|merge already in progress/i;

async function createPull(
  repository: GithubRepository,
  pull: Parameters<Forge["createPull"]>[0],
): Promise<PullView | null> {
  const { octokit, owner, repo } = repository;
  const made = await ask<PullView | "no_drafts" | null>(repository, {
    doing: `opening the pull request of ${pull.head}`,
    send: async () => octokit.rest.pulls.create({ owner, repo, ...pull }),
    answer: pullView,
    refused: ({ status, message }) => {
      if (status !== 422) return undefined;
      if (/draft pull requests are not supported/i.test(message) && pull.draft) return "no_drafts";
      return /already exists|no commits between/i.test(message) ? null : undefined;
    },
  });
  // Private repositories of free plans have no drafts. What was refused had no effect.
  return made === "no_drafts" ? createPull(repository, { ...pull, draft: false }) : made;
}
