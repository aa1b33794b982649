import path from "node:path";
import type { Requirement } from "./actor.ts";
import { enter, numberParam, page, textParam } from "./api.ts";
import type { Api } from "./api.ts";
import { notFound } from "./problem.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

export interface Rule {
  /** In REST's words: `creation`, `required_signatures`, `merge_queue`, `pull_request` … */
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface NewRuleset {
  readonly name: string;
  /** Branch names and globs; `~DEFAULT_BRANCH`, `~ALL`. */
  readonly branches: readonly string[];
  readonly rules: readonly Rule[];
  /** Whether the app under test is among those who may pass it over. */
  readonly bypassedByApp?: boolean;
}

export interface Ruleset extends NewRuleset {
  readonly id: number;
}

export interface BranchRule extends Rule {
  readonly ruleset: Ruleset;
}

/** Every rule of an active ruleset that covers a branch, whether there is such a branch or not. */
export function branchRules(repository: Repository, branch: string): readonly BranchRule[] {
  return repository.rulesets
    .filter(({ branches }) => branches.some((pattern) => covers(repository, pattern, branch)))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ ...rule, ruleset })));
}

export function hasMergeQueue(repository: Repository, branch: string): boolean {
  return branchRules(repository, branch).some(({ type }) => type === "merge_queue");
}

function covers(repository: Repository, pattern: string, branch: string): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return branch === repository.defaultBranch;
  return path.matchesGlob(branch, pattern);
}

const read: Requirement = { app: ["metadata"], level: "read", role: "read" };

export function rulesetRoutes(api: Api, world: World): void {
  api.get("/repos/:owner/:repo/rules/branches/:branch{.+}", (c) => {
    const { repository } = enter(world, c, read);
    const rules = branchRules(repository, textParam(c, "branch"));
    return c.json(page(c, rules).map((rule) => ruleJson(repository, rule)));
  });

  api.get("/repos/:owner/:repo/rulesets/:id", (c) => {
    const { repository, actor } = enter(world, c, read);
    const ruleset = repository.rulesets.find(({ id }) => id === numberParam(c, "id"));
    if (ruleset === undefined) throw notFound();
    const { id, name, rules, branches, bypassedByApp = false } = ruleset;
    return c.json({
      id,
      name,
      target: "branch",
      source_type: "Repository",
      source: fullName(repository),
      enforcement: "active",
      conditions: { ref_name: { include: branches, exclude: [] } },
      rules: rules.map(({ type, parameters }) => ({ type, ...(parameters === undefined ? {} : { parameters }) })),
      current_user_can_bypass: actor.kind === "installation" && bypassedByApp ? "always" : "never",
    });
  });
}

function ruleJson(repository: Repository, { type, parameters, ruleset }: BranchRule) {
  return {
    type,
    ...(parameters === undefined ? {} : { parameters }),
    ruleset_source_type: "Repository",
    ruleset_source: fullName(repository),
    ruleset_id: ruleset.id,
  };
}

/** A rule as GraphQL shows it; parameters have every field that the stand-in knows, null where they are of another rule. */
export function ruleNode({ type, parameters = {} }: Rule): Readonly<Record<string, unknown>> {
  return {
    type: type.toUpperCase(),
    parameters: {
      allowedMergeMethods: parameters["allowed_merge_methods"] ?? null,
      dismissStaleReviewsOnPush: parameters["dismiss_stale_reviews_on_push"] ?? null,
      requireCodeOwnerReview: parameters["require_code_owner_review"] ?? null,
      requiredApprovingReviewCount: parameters["required_approving_review_count"] ?? null,
      requiredReviewThreadResolution: parameters["required_review_thread_resolution"] ?? null,
      requiredStatusChecks: parameters["required_status_checks"] ?? null,
    },
  };
}
