import { z } from "zod";
import type { BranchRules } from "../../domain/ground.ts";
import type { HostFacts, Permissions } from "../../domain/ground/groundFacts.ts";
import type { Forge } from "../../ports/forge.ts";
import { githubFailure } from "./githubFailure.ts";
import { ask } from "./githubRepository.ts";
import type { GithubAnswer } from "./githubFailure.ts";
import type { GithubRepository } from "./githubRepository.ts";
import { runBranchRules } from "./runBranchRules.ts";

/**
 * One request for what would take four of REST. `refUpdateRule` is what those who are no administrators may see of classic
 * branch protection; `rules` are those of rulesets.
 */
const HOST_FACTS = `query ($owner: String!, $name: String!, $branch: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    isArchived mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed autoMergeAllowed
    mergeQueue(branch: $branch) { id }
    ref(qualifiedName: $ref) {
      refUpdateRule {
        requiredApprovingReviewCount requiredStatusCheckContexts requiresCodeOwnerReviews
        requiresConversationResolution requiresLinearHistory requiresSignatures
      }
      rules(first: 100) {
        nodes {
          type
          parameters {
            ... on PullRequestParameters {
              allowedMergeMethods dismissStaleReviewsOnPush requireCodeOwnerReview
              requiredApprovingReviewCount requiredReviewThreadResolution
            }
            ... on RequiredStatusChecksParameters { requiredStatusChecks { context } }
          }
        }
      }
    }
  }
}`;

const parameters = z.object({
  allowedMergeMethods: z.array(z.string()).nullish(),
  dismissStaleReviewsOnPush: z.boolean().nullish(),
  requireCodeOwnerReview: z.boolean().nullish(),
  requiredApprovingReviewCount: z.int().nullish(),
  requiredReviewThreadResolution: z.boolean().nullish(),
  requiredStatusChecks: z.array(z.object({ context: z.string() })).nullish(),
});

const protection = z.object({
  requiredApprovingReviewCount: z.int().nullish(),
  requiredStatusCheckContexts: z.array(z.string().nullable()).nullish(),
  requiresCodeOwnerReviews: z.boolean().nullish(),
  requiresConversationResolution: z.boolean().nullish(),
  requiresLinearHistory: z.boolean().nullish(),
  requiresSignatures: z.boolean().nullish(),
});

const rule = z.object({ type: z.string(), parameters: parameters.nullish() });

const ref = z.object({
  refUpdateRule: protection.nullish(),
  rules: z.object({ nodes: z.array(rule.nullable()).nullish() }).nullish(),
});

const hostAnswer = z.object({
  repository: z.object({
    isArchived: z.boolean(),
    mergeCommitAllowed: z.boolean(),
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    autoMergeAllowed: z.boolean(),
    mergeQueue: z.object({ id: z.string() }).nullish(),
    ref: ref.nullish(),
  }),
});

type RepositoryAnswer = z.output<typeof hostAnswer>["repository"];
type Rule = z.output<typeof rule>;

/** What is to be known of a repository before anything is done in it. */
export function rules(repository: GithubRepository): Pick<Forge, "permissions" | "hostFacts"> {
  return {
    permissions: async ({ renewed }) => readPermissions(repository, renewed),
    hostFacts: async (branch) => {
      const { octokit, owner, repo } = repository;
      const host = await ask<RepositoryAnswer | null>(repository, {
        doing: `reading the rules of ${branch}`,
        send: async () => ({
          data: await octokit.graphql(HOST_FACTS, { owner, name: repo, branch, ref: `refs/heads/${branch}` }),
        }),
        answer: hostAnswer.transform((answer) => answer.repository),
        refused: unsaid,
      });
      if (host === null) return null;
      return toFacts(host, await runBranchRules(repository));
    },
  };
}

/** A permission that is missing, or a GitHub Enterprise Server that does not know the question yet. */
function unsaid({ status, message }: GithubAnswer): null | undefined {
  if (/rate limit|abuse/i.test(message)) return undefined;
  return status === 403 || status === 404 || status === 422 ? null : undefined;
}

function toFacts(host: RepositoryAnswer, ofRunBranches: readonly string[]): HostFacts {
  const found = (host.ref?.rules?.nodes ?? []).filter((one) => one !== null);
  const methods = [
    ...(host.mergeCommitAllowed ? ["merge" as const] : []),
    ...(host.squashMergeAllowed ? ["squash" as const] : []),
    ...(host.rebaseMergeAllowed ? ["rebase" as const] : []),
  ];
  return {
    archived: host.isArchived,
    mergeMethods: methods,
    autoMergeAllowed: host.autoMergeAllowed,
    locked: found.some(({ type }) => type === "LOCK_BRANCH"),
    rules: toRules(host, found),
    runBranchRules: ofRunBranches,
  };
}

/** Whatever protection or a ruleset asks for is asked for. */
function toRules({ ref: branch, mergeQueue }: RepositoryAnswer, found: readonly Rule[]): BranchRules {
  const classic = branch?.refUpdateRule ?? {};
  const has = (type: string): boolean => found.some((one) => one.type === type);
  const asked = found.flatMap((one) => one.parameters ?? []);
  const contexts = [
    ...(classic.requiredStatusCheckContexts ?? []).filter((context) => context !== null),
    ...asked.flatMap(({ requiredStatusChecks }) => requiredStatusChecks ?? []).map(({ context }) => context),
  ];
  const approvals = [classic, ...asked].map(({ requiredApprovingReviewCount }) => requiredApprovingReviewCount ?? 0);
  const resolves = asked.some(({ requiredReviewThreadResolution }) => requiredReviewThreadResolution === true);
  const owners = asked.some(({ requireCodeOwnerReview }) => requireCodeOwnerReview === true);
  return {
    requiredChecks: [...new Set(contexts)].toSorted(),
    requiredApprovals: Math.max(...approvals),
    codeOwnerReview: classic.requiresCodeOwnerReviews === true || owners,
    dismissStaleReviews: asked.some(({ dismissStaleReviewsOnPush }) => dismissStaleReviewsOnPush === true),
    conversationResolution: classic.requiresConversationResolution === true || resolves,
    signedCommits: classic.requiresSignatures === true || has("REQUIRED_SIGNATURES"),
    linearHistory: classic.requiresLinearHistory === true || has("REQUIRED_LINEAR_HISTORY"),
    mergeQueue: (mergeQueue ?? null) !== null || has("MERGE_QUEUE"),
    mergeMethods: allowedBy(asked),
  };
}

/** What every rule allows that says something about it. */
function allowedBy(asked: readonly z.output<typeof parameters>[]): BranchRules["mergeMethods"] {
  const lists = asked.flatMap(({ allowedMergeMethods }) => (allowedMergeMethods ? [allowedMergeMethods] : []));
  if (lists.length === 0) return null;
  const all = ["merge", "squash", "rebase"] as const;
  return all.filter((method) => lists.every((list) => list.some((one) => one.toLowerCase() === method)));
}

const installationAuth = z.object({ permissions: z.record(z.string(), z.string()) });

async function readPermissions({ octokit, owner, repo }: GithubRepository, renewed: boolean): Promise<Permissions> {
  try {
    return installationAuth.parse(await octokit.auth({ type: "installation", refresh: renewed })).permissions;
  } catch (error) {
    throw githubFailure(error, `asking what the app may do in ${owner}/${repo}`);
  }
}
