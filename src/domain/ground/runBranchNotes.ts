import type { GroundNote } from "../ground.ts";
import type { GroundFacts } from "./groundFacts.ts";

/** What a rule for `autonomous/*` keeps Autopack from, by the rule's type. */
const REFUSALS: Readonly<Record<string, string>> = {
  creation: "refuses to create such branches",
  update: "refuses pushes to such branches",
  required_signatures: "refuses pushes of unsigned commits, which Autopack's are",
  pull_request: "refuses pushes without a pull request",
  required_status_checks: "refuses pushes of commits that have no green checks yet",
  required_deployments: "refuses pushes of commits that were not deployed",
  merge_queue: "refuses pushes that do not come from a merge queue",
};
const HINDRANCES: Readonly<Record<string, string>> = {
  non_fast_forward: "refuses force pushes, so `/autopack rollback` will not work",
  deletion: "keeps the branch from being deleted after the merge",
  commit_message_pattern: "asks for a pattern of commit messages, which Autopack's may not have",
  commit_author_email_pattern: "asks for a pattern of authors' addresses, which Autopack's may not have",
  committer_email_pattern: "asks for a pattern of committers' addresses, which Autopack's may not have",
  branch_name_pattern: "asks for a pattern of branch names, which `autonomous/<run>` may not have",
};

/** Rules that would refuse what Autopack pushes to its own branches. */
export function runBranchNotes({ host, dryRun }: GroundFacts): readonly GroundNote[] {
  if (host === null || dryRun) return [];
  return [...new Set(host.runBranchRules)].flatMap((type) => {
    const refusal = Object.hasOwn(REFUSALS, type) ? REFUSALS[type] : undefined;
    const hindrance = Object.hasOwn(HINDRANCES, type) ? HINDRANCES[type] : undefined;
    const what = refusal ?? hindrance;
    return what === undefined ? [] : [note(type, what, refusal === undefined ? "warns" : "blocks")];
  });
}

function note(type: string, what: string, level: GroundNote["level"]): GroundNote {
  return {
    name: "push_rules",
    level,
    message: `the rule \`${type}\` covers \`autonomous/*\` and ${what}`,
    remedy: "leave `autonomous/**` out of that ruleset, or let the app bypass it",
  };
}
