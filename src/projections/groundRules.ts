import type { BranchRules, CodeOwner, GroundNote } from "../domain/ground.ts";
import type { Run } from "../domain/run.ts";
import { count } from "./headline.ts";
import { cell, code, inline } from "./safeMarkdown.ts";

/** Paths shown of one code owner, and owners shown; the others are counted. */
const MAX_PATHS = 3;
const MAX_OWNERS = 10;

/** What GitHub itself asks before it merges into a run's base, and what was found to be in the way. */
export function groundRules({ ground, base, repository }: Run): readonly string[] {
  if (ground === null) return [];
  const branch = code(base?.branch ?? repository.defaultBranch);
  const asked = ground.rules === null ? null : ruleLines(ground.rules, ground.codeOwners);
  const rules =
    asked === null
      ? `**What GitHub asks for ${branch}:** it would not say (Autopack may lack the permission to read it).`
      : asked.length === 0
        ? `**What GitHub asks for ${branch}:** nothing of its own.`
        : `**What GitHub asks for ${branch}**\n\n${asked.join("\n")}`;
  return [rules, ...(ground.notes.length === 0 ? [] : [ground.notes.map(noteLine).join("\n")])];
}

function ruleLines(rules: BranchRules, owners: readonly CodeOwner[]): readonly string[] {
  const { requiredChecks, requiredApprovals, mergeMethods } = rules;
  return [
    ...(requiredChecks.length === 0 ? [] : [`- green checks: ${requiredChecks.map(code).join(", ")}`]),
    ...(requiredApprovals === 0
      ? []
      : [`- ${count(requiredApprovals, "approving review")} by people with write access`]),
    ...(rules.dismissStaleReviews && requiredApprovals > 0
      ? ["- reviews of the newest commit: a push dismisses older ones"]
      : []),
    ...(rules.codeOwnerReview ? [`- a review by the code owners${ownersOf(owners)}`] : []),
    ...(rules.conversationResolution ? ["- every review conversation resolved"] : []),
    ...(rules.signedCommits ? ["- signed commits"] : []),
    ...(rules.linearHistory ? ["- a linear history: squash or rebase"] : []),
    ...(rules.mergeQueue ? ["- the way through the merge queue"] : []),
    ...(mergeMethods === null ? [] : [`- merged by ${mergeMethods.join(" or ")}`]),
  ];
}

function ownersOf(owners: readonly CodeOwner[]): string {
  if (owners.length === 0) return " (this change touches nothing that has one)";
  const lines = owners.slice(0, MAX_OWNERS).map(({ owner, paths }) => {
    const shown = paths.slice(0, MAX_PATHS).map(code);
    const rest = paths.length - shown.length;
    return `  - ${cell(owner)}: ${[...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ")}`;
  });
  const more = owners.length - MAX_OWNERS;
  return `:\n${[...lines, ...(more > 0 ? [`  - … and ${more} more`] : [])].join("\n")}`;
}

function noteLine({ level, message, remedy }: GroundNote): string {
  return `- ${level === "blocks" ? "⛔" : "⚠️"} ${inline(message)} → ${inline(remedy)}`;
}
