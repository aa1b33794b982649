import { changedSince } from "./changedFiles.ts";
import type { ChangedFile } from "./changedFiles.ts";
import { isAncestor, readCommits, resolveCommit } from "./commits.ts";
import type { Commit } from "./commits.ts";
import { requiredContexts } from "./protection.ts";
import { gitAnswer } from "./git.ts";
import type { Pull } from "./pulls.ts";
import type { Repository } from "./repository.ts";
import { contextStates } from "./statuses.ts";

export interface GitFacts {
  /** Where the base branch stands; undefined when it is gone. */
  readonly baseTip: string | undefined;
  /** The tree of a merge with the base as it is now; undefined when there is a conflict. */
  readonly mergedTree: string | undefined;
  readonly behind: boolean;
  readonly files: readonly ChangedFile[];
  /** Oldest first. */
  readonly commits: readonly Commit[];
}

const cache = new WeakMap<Pull, { readonly key: string; readonly facts: GitFacts }>();

/** What git says about a pull request: worked out by real git, again only after either side moved. */
export async function gitFacts(repository: Repository, pull: Pull): Promise<GitFacts> {
  const tip = await resolveCommit(repository.directory, `refs/heads/${pull.base.ref}`);
  // A closed pull request shows what it was, not how it relates to where the base went since.
  const compared = pull.open ? tip : pull.base.sha;
  const key = `${compared} ${pull.head.sha}`;
  const known = cache.get(pull);
  if (known?.key === key) return known.facts;
  const facts = await workOut(repository.directory, { tip, compared, head: pull.head.sha });
  cache.set(pull, { key, facts });
  return facts;
}

interface Ends {
  readonly tip: string | undefined;
  readonly compared: string | undefined;
  readonly head: string;
}

async function workOut(directory: string, { tip, compared, head }: Ends): Promise<GitFacts> {
  if (compared === undefined)
    return { baseTip: undefined, mergedTree: undefined, behind: false, files: [], commits: [] };
  const [files, commits, mergedTree, upToDate] = await Promise.all([
    changedSince(directory, compared, head),
    readCommits(directory, ["--reverse", "--topo-order", `${compared}..${head}`]),
    mergeTree(directory, compared, head),
    isAncestor(directory, compared, head),
  ]);
  return { baseTip: tip, mergedTree, behind: !upToDate, files, commits };
}

/** The tree that merging would give, or undefined when it would conflict. */
export async function mergeTree(directory: string, base: string, head: string): Promise<string | undefined> {
  const answer = await gitAnswer(directory, ["merge-tree", "--write-tree", base, head]);
  return answer.exitCode === 0 ? answer.stdout.trim().split("\n")[0] : undefined;
}

export type MergeState = "clean" | "dirty" | "draft" | "blocked" | "behind" | "unstable" | "unknown";

export interface Mergeability {
  readonly mergeable: boolean | null;
  readonly state: MergeState;
  /** Why not, in GitHub's words; empty when nothing stands in the way. */
  readonly reason: string;
}

/** Whether a pull request may be merged now, judged as GitHub does: conflicts, draft, protection, then checks. */
export function judge(repository: Repository, pull: Pull, facts: GitFacts): Mergeability {
  if (!pull.open || facts.baseTip === undefined)
    return { mergeable: null, state: "unknown", reason: "Pull Request is not open" };
  if (facts.mergedTree === undefined)
    return { mergeable: false, state: "dirty", reason: "Pull Request is not mergeable" };
  if (pull.draft) return { mergeable: true, state: "draft", reason: "Pull Request is still a draft" };
  const blocked = blockers(repository, pull);
  if (blocked[0] !== undefined) return { mergeable: true, state: "blocked", reason: blocked[0] };
  const strict = repository.protections.get(pull.base.ref)?.required_status_checks?.strict === true;
  if (strict && facts.behind) {
    return { mergeable: true, state: "behind", reason: "Head branch is out of date" };
  }
  const states = [...contextStates(repository, pull.head.sha).values()];
  const stable = states.every((state) => state === "success");
  return { mergeable: true, state: stable ? "clean" : "unstable", reason: "" };
}

function blockers(repository: Repository, pull: Pull): readonly string[] {
  const protection = repository.protections.get(pull.base.ref);
  if (protection === undefined) return [];
  const states = contextStates(repository, pull.head.sha);
  const missing = requiredContexts(protection)
    .filter((context) => states.get(context) !== "success")
    .map((context) => `Required status check "${context}" is ${states.get(context) ?? "expected"}.`);
  const needed = protection.required_pull_request_reviews?.required_approving_review_count ?? 0;
  const latest = new Map(
    pull.reviews.filter(({ state }) => state !== "COMMENTED").map((review) => [review.login, review]),
  );
  const verdicts = [...latest.values()].map(({ state }) => state);
  const approvals = verdicts.filter((state) => state === "APPROVED").length;
  return [
    ...missing,
    ...(approvals < needed ? [`At least ${needed} approving review is required by reviewers with write access.`] : []),
    ...(needed > 0 && verdicts.includes("CHANGES_REQUESTED") ? ["Changes were requested by a reviewer."] : []),
  ];
}
