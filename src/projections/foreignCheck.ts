import { externalId, FOREIGN } from "../domain/externalId.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { CheckRun } from "../domain/checkRun.ts";
import type { Sha } from "../domain/ids.ts";
import { promotionConditions } from "../domain/promotion.ts";
import type { Run } from "../domain/run.ts";
import { CHECK_NAMES } from "./checkRun.ts";
import { inline } from "./safeMarkdown.ts";
import { shortSha } from "./runView.ts";

type Said = Pick<CheckRun, "conclusion" | "title" | "summary"> & Partial<Pick<CheckRun, "text" | "annotations">>;

/** A check run on a commit that is no run's head. */
export function foreignCheck(check: CheckName, sha: Sha, said: Said): CheckRun {
  return {
    name: CHECK_NAMES[check],
    sha,
    externalId: externalId(FOREIGN, check, sha),
    status: "completed",
    text: "",
    annotations: [],
    actions: [],
    ...said,
  };
}

/**
 * `autopack/promotion` on the head of a pull request that is none of Autopack's: green at once, so that branch protection can
 * require it of every pull request. `ended`: the run that the pull request was of; what is pushed to it later is judged by
 * nobody.
 */
export function pullPromotion(sha: Sha, ended: Run | null): CheckRun {
  if (ended !== null) return foreignCheck("promotion", sha, afterEnd(ended));
  return foreignCheck("promotion", sha, {
    conclusion: "success",
    title: "Not an Autopack pull request",
    summary:
      "Autopack judges the pull requests of its own runs only. This one passes, so that `autopack/promotion` can be a required check.",
  });
}

function afterEnd({ id, request }: Run): Said {
  return {
    conclusion: "failure",
    title: "The run has ended: nobody judges this commit",
    summary: `Run \`${id}\` has ended, and this was pushed to its branch afterwards. Next: \`/autopack run\` on #${request.issueNumber} starts a new run; to go on without Autopack, open a pull request from a branch of another name.`,
  };
}

/** `autopack/promotion` on the commit of a merge group. `pull` is null where the group's branch does not say which one it is. */
export function groupPromotion(
  sha: Sha,
  { pull, run }: { readonly pull: number | null; readonly run: Run | null },
): CheckRun {
  if (pull === null) {
    return foreignCheck("promotion", sha, {
      conclusion: "failure",
      title: "It cannot be told whose merge group this is",
      summary: "The name of the group's branch names no pull request. Next: put the pull request into the queue again.",
    });
  }
  if (run === null) {
    return foreignCheck("promotion", sha, {
      conclusion: "success",
      title: "Not an Autopack pull request",
      summary: `#${pull} is none of Autopack's pull requests.`,
    });
  }
  return foreignCheck("promotion", sha, ofRun(run, pull));
}

/**
 * The queue tests the pull request together with what the base will be by then, so that a base that has moved meanwhile is no
 * reason to refuse; anything else is, also a gate that is being run again.
 */
function ofRun(run: Run, pull: number): Said {
  const isJudged = run.state.kind === "promotable" || (run.state.kind === "verifying" && !isAskedAgain(run));
  const unmet = promotionConditions(run).filter(({ met, name }) => !met && name !== "base");
  if (isJudged && unmet.length === 0) {
    const head = run.head === null ? "" : ` for \`${shortSha(run.head)}\``;
    return {
      conclusion: "success",
      title: "Ready to merge",
      summary: `All conditions of the promotion of #${pull} are met${head} (run \`${run.id}\`).`,
    };
  }
  const lines = unmet.map(({ name, evidence }) => `- ⬜ **${name}**: ${inline(evidence)}`);
  return {
    conclusion: "failure",
    title: "Not ready to merge",
    summary: [
      `Run \`${run.id}\` is ${run.state.kind.replaceAll("_", " ")}.`,
      ...(lines.length === 0 ? [] : [lines.join("\n")]),
      `Next: \`/autopack why\` on #${pull}; then put it into the queue again.`,
    ].join("\n\n"),
  };
}

function isAskedAgain({ rerun, awaiting }: Run): boolean {
  return awaiting !== null || (rerun !== null && (rerun.gates.length > 0 || rerun.profile !== null));
}
