import { z } from "zod";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { Sha } from "../../domain/ids.ts";
import type { DelegateOutcome, DelegationView, Forge } from "../../ports/forge.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

const ENABLE = `mutation ($id: ID!, $head: GitObjectID!, $mergeBy: PullRequestMergeMethod!, $title: String) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $mergeBy, commitHeadline: $title }) {
    pullRequest { id }
  }
}`;
const DISABLE = `mutation ($id: ID!) {
  disablePullRequestAutoMerge(input: { pullRequestId: $id }) { pullRequest { id } }
}`;
const ENQUEUE = `mutation ($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { id } }
}`;
const DEQUEUE = `mutation ($id: ID!) {
  dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { id } }
}`;
const READ = `query ($id: ID!) {
  node(id: $id) {
    ... on PullRequest { state mergeCommit { oid } autoMergeRequest { enabledAt } mergeQueueEntry { id } }
  }
}`;

const delegation: z.ZodType<DelegationView> = z
  .object({
    node: z.object({
      state: z.enum(["OPEN", "CLOSED", "MERGED"]),
      mergeCommit: z.object({ oid: z.string().regex(/^[0-9a-f]{40}$/) }).nullish(),
      autoMergeRequest: z.object({ enabledAt: z.string().nullish() }).nullish(),
      mergeQueueEntry: z.object({ id: z.string() }).nullish(),
    }),
  })
  .transform(({ node }) => ({
    autoMerge: (node.autoMergeRequest ?? null) !== null,
    queued: (node.mergeQueueEntry ?? null) !== null,
    state: node.state === "OPEN" ? ("open" as const) : ("closed" as const),
    mergedSha: node.state === "MERGED" && node.mergeCommit ? (node.mergeCommit.oid as Sha) : null,
  }));

/** GitHub's auto-merge and its merge queue, which only GraphQL knows. */
export function autoMerge(
  repository: GithubRepository,
): Pick<Forge, "delegateMerge" | "recallMerge" | "readDelegation"> {
  const { octokit } = repository;
  return {
    delegateMerge: async (pull) => delegate(repository, pull),

    recallMerge: async ({ nodeId: id, from }) => {
      await ask<"recalled">(repository, {
        doing: from === "queue" ? "taking the pull request out of the merge queue" : "switching auto-merge off",
        send: async () => ({ data: await octokit.graphql(from === "queue" ? DEQUEUE : DISABLE, { id }) }),
        answer: z.unknown().transform(() => "recalled" as const),
        // Not there, or ended already.
        refused: ({ status }) => (status === 422 || status === 404 ? "recalled" : undefined),
      });
    },

    readDelegation: async (id) =>
      ask(repository, {
        doing: "reading what GitHub will do with the pull request",
        send: async () => ({ data: await octokit.graphql(READ, { id }) }),
        answer: delegation,
      }),
  };
}

async function delegate(
  repository: GithubRepository,
  { nodeId: id, sha: head, to, method, title }: Parameters<Forge["delegateMerge"]>[0],
): Promise<DelegateOutcome> {
  const { octokit } = repository;
  const variables =
    to === "queue"
      ? { id, head }
      : { id, head, mergeBy: method.toUpperCase(), ...(method === "rebase" ? {} : { title }) };
  return ask<DelegateOutcome>(repository, {
    doing: to === "queue" ? "putting the pull request into the merge queue" : "switching auto-merge on",
    send: async () => ({ data: await octokit.graphql(to === "queue" ? ENQUEUE : ENABLE, variables) }),
    answer: z.unknown().transform(() => ({ kind: "delegated" as const })),
    refused: ({ status, message }) => (status === 422 ? outcomeOf(message) : undefined),
  });
}

/** GitHub has no codes for these, only sentences. */
function outcomeOf(message: string): DelegateOutcome {
  if (/head (sha|oid|branch|ref)|expected ?head/i.test(message)) return { kind: "head_moved" };
  if (/already (in the|queued|enabled)/i.test(message)) return { kind: "delegated" };
  if (/(clean|unstable|has_hooks) status|protected branch rules not configured/i.test(message))
    return { kind: "nothing_to_wait_for" };
  if (/unknown status/i.test(message)) throw new EnvironmentFailure(`switching auto-merge on: ${message}`);
  return { kind: "refused", message: withRemedy(message) };
}

function withRemedy(message: string): string {
  if (/auto.?merge is not allowed|can't enable auto-merge/i.test(message))
    return `${message}. Switch on “Allow auto-merge” in the repository's settings, or set \`promotion.auto_merge: true\``;
  if (/merge queue/i.test(message) && /not (enabled|found|required|configured)|no merge queue/i.test(message))
    return `${message}. Require a merge queue in the branch's rules, or set \`promotion.auto_merge\` to \`true\` or \`github\``;
  return message;
}
