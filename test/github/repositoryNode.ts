import { z } from "zod";
import { permit } from "./actor.ts";
import type { Actor } from "./actor.ts";
import type { GraphqlField } from "./graphqlDocument.ts";
import { notFound } from "./problem.ts";
import { requiredContexts } from "./protection.ts";
import type { Repository } from "./repository.ts";
import { branchRules, hasMergeQueue, ruleNode } from "./rulesets.ts";
import { findRepository } from "./world.ts";
import type { World } from "./world.ts";

const place = z.object({ owner: z.string(), name: z.string() });

/** What GraphQL's `repository` shows of settings, protection and rules; `ref` and `mergeQueue` as their arguments ask for. */
export function repositoryNode(world: World, actor: Actor, field: GraphqlField): Readonly<Record<string, unknown>> {
  const { owner, name } = place.parse(field.arguments);
  const repository = findRepository(world, `${owner}/${name}`);
  if (repository === undefined) throw notFound();
  permit(actor, repository, { app: ["metadata"], level: "read", role: "read" });
  const argument = (of: string, named: string): string => {
    const given = field.selection.find((one) => one.name === of)?.arguments[named];
    return typeof given === "string" ? given : "";
  };
  const { merging } = repository;
  return {
    __typename: "Repository",
    id: repository.nodeId,
    isArchived: repository.archived,
    mergeCommitAllowed: merging.allowMergeCommit,
    squashMergeAllowed: merging.allowSquash,
    rebaseMergeAllowed: merging.allowRebase,
    autoMergeAllowed: merging.allowAutoMerge,
    mergeQueue: hasMergeQueue(repository, argument("mergeQueue", "branch")) ? { id: `MQ_${repository.id}` } : null,
    ref: refNode(repository, argument("ref", "qualifiedName").replace("refs/heads/", "")),
  };
}

/** `refUpdateRule` is null where no classic protection covers the branch. */
function refNode(repository: Repository, branch: string): Readonly<Record<string, unknown>> {
  const protection = repository.protections.get(branch);
  const reviews = protection?.required_pull_request_reviews;
  return {
    name: branch,
    refUpdateRule:
      protection === undefined
        ? null
        : {
            requiredApprovingReviewCount: reviews?.required_approving_review_count ?? null,
            requiredStatusCheckContexts: requiredContexts(protection),
            requiresCodeOwnerReviews: reviews?.require_code_owner_reviews ?? false,
            requiresConversationResolution: protection.required_conversation_resolution,
            requiresLinearHistory: protection.required_linear_history,
            requiresSignatures: false,
          },
    rules: { nodes: branchRules(repository, branch).map(ruleNode) },
  };
}
