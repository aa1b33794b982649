import type { BranchRules, GroundNote } from "../ground.ts";
import type { PromotionSettings } from "../settings.ts";
import type { GroundFacts, HostFacts } from "./groundFacts.ts";

interface Merging {
  readonly host: HostFacts;
  readonly rules: BranchRules;
  readonly branch: string;
  readonly promotion: PromotionSettings;
  /** Where people merge, they see for themselves what GitHub lets them do. */
  readonly level: GroundNote["level"];
}

/** Rules and settings that would refuse the merge of the promotion pull request. */
export function mergeNotes({ host, baseBranch, promotion, dryRun }: GroundFacts): readonly GroundNote[] {
  if (host === null || dryRun) return [];
  const level = promotion.merge === "people" ? "warns" : "blocks";
  const merging: Merging = { host, rules: host.rules, branch: `\`${baseBranch}\``, promotion, level };
  return [locked, signatures, linear, method, queue, autoMerge, reviews].flatMap((judge) => judge(merging));
}

function locked({ host, branch }: Merging): readonly GroundNote[] {
  if (!host.locked) return [];
  const message = `${branch} is locked: nothing can be merged into it`;
  return [{ name: "locked", level: "blocks", message, remedy: "unlock it, or choose another `base_branch`" }];
}

/** GitHub signs the one commit of a squash, and nothing else of an app's. */
function signatures({ rules, branch, promotion, level }: Merging): readonly GroundNote[] {
  if (!rules.signedCommits || promotion.method === "squash") return [];
  return [
    {
      name: "signed_commits",
      level,
      message: `${branch} takes signed commits only, and Autopack's are not signed`,
      remedy: "set `promotion.method: squash`: GitHub signs the squashed commit",
    },
  ];
}

function linear({ rules, branch, promotion, level }: Merging): readonly GroundNote[] {
  if (!rules.linearHistory || promotion.method !== "merge" || promotion.merge === "queue") return [];
  return [
    {
      name: "linear_history",
      level,
      message: `${branch} takes no merge commits, and \`promotion.method\` is \`merge\``,
      remedy: "set `promotion.method` to `squash` or `rebase`",
    },
  ];
}

/** A queue merges by its own method. */
function method({ host, rules, branch, promotion }: Merging): readonly GroundNote[] {
  if (promotion.merge === "people" || promotion.merge === "queue") return [];
  const allowed = host.mergeMethods.filter((one) => rules.mergeMethods?.includes(one) ?? true);
  if (allowed.includes(promotion.method)) return [];
  const others = allowed.length === 0 ? "none at all" : allowed.map((one) => `\`${one}\``).join(" or ");
  return [
    {
      name: "merge_method",
      level: "blocks",
      message: `pull requests into ${branch} cannot be merged by \`${promotion.method}\`: GitHub allows ${others}`,
      remedy:
        allowed.length === 0
          ? "allow a method in the repository's settings"
          : `set \`promotion.method\` to ${others}, or allow \`${promotion.method}\` in the repository's settings`,
    },
  ];
}

function queue({ rules, branch, promotion }: Merging): readonly GroundNote[] {
  const direct = promotion.merge === "autopack" || promotion.merge === "on_command";
  if (rules.mergeQueue && direct) {
    const message = `${branch} takes changes from its merge queue only`;
    return [{ name: "merge_queue", level: "blocks", message, remedy: "set `promotion.auto_merge: queue`" }];
  }
  if (rules.mergeQueue || promotion.merge !== "queue") return [];
  return [
    {
      name: "merge_queue",
      level: "blocks",
      message: `\`promotion.auto_merge\` is \`queue\`, and ${branch} has no merge queue`,
      remedy: "require a merge queue in the branch's rules, or set `promotion.auto_merge` to `true` or `github`",
    },
  ];
}

function autoMerge({ host, promotion }: Merging): readonly GroundNote[] {
  if (promotion.merge !== "github" || host.autoMergeAllowed) return [];
  return [
    {
      name: "auto_merge",
      level: "blocks",
      message: "`promotion.auto_merge` is `github`, and the repository does not allow auto-merge",
      remedy: "switch on “Allow auto-merge” in the repository's settings, or set `promotion.auto_merge: true`",
    },
  ];
}

/** Reviews are GitHub's; `/autopack approve` is Autopack's. */
function reviews({ rules, branch, promotion }: Merging): readonly GroundNote[] {
  const needed = Math.max(rules.requiredApprovals, rules.codeOwnerReview ? 1 : 0);
  if (needed === 0 || promotion.merge === "people") return [];
  const whose = rules.codeOwnerReview ? ", of code owners where they own what changes" : "";
  const what = needed === 1 ? "an approving review" : `${needed} approving reviews`;
  return [
    {
      name: "required_reviews",
      level: "warns",
      message: `GitHub asks for ${what}${whose} before anything is merged into ${branch}`,
      remedy: "approve the pull request by a review: `/autopack approve` alone does not count for GitHub",
    },
  ];
}
