import { externalId } from "../domain/externalId.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { Sha } from "../domain/ids.ts";
import { isSatisfied } from "../domain/phase.ts";
import { plainLine } from "../domain/plainText.ts";
import { isPromotable, promotionConditions } from "../domain/promotion.ts";
import type { Run } from "../domain/run.ts";
import { checkActions } from "./checkActions.ts";
import { CHECK_NAMES, cutOutput, restOf } from "./checkRun.ts";
import type { CheckRun } from "../domain/checkRun.ts";
import { conditionList } from "./conditionList.ts";
import { FAILURES, count } from "./headline.ts";
import { judgedLine } from "./judgedLine.ts";
import { shortSha } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { inline } from "./safeMarkdown.ts";

type Verdict = Pick<CheckRun, "status" | "conclusion" | "title">;

/** `autopack/promotion`, the only check that branch protection needs: may this head be merged, and what is missing. */
export function promotionCheck(view: RunView, head: Sha): CheckRun {
  const { run } = view;
  // Merging changes nothing about what was judged, so the check says after it what it said before.
  const judged: Run = run.state.kind === "promoted" ? { ...run, state: { kind: "promotable" } } : run;
  return {
    name: CHECK_NAMES.promotion,
    sha: head,
    externalId: externalId(run.id, "promotion", head),
    ...verdictOf(run, judged),
    summary: cutOutput(summaryOf(judged), restOf(view)),
    text: "",
    annotations: [],
    actions: checkActions(run, "promotion"),
  };
}

/** A check run on a head that the branch has moved past while it was in progress: that will never be judged. */
export function supersededCheck(run: Run, check: CheckName, old: Sha): CheckRun {
  const by = run.head === null || run.head === old ? "" : ` by ${shortSha(run.head)}`;
  return left(run, check, {
    sha: old,
    conclusion: "neutral",
    title: `Superseded${by}`,
    summary: "The branch has moved on; its newest commit is the one to be judged.",
  });
}

/** A check run that was left in progress, and that nobody is going to conclude. */
export function orphanedCheck(run: Run, check: CheckName, sha: Sha): CheckRun {
  return left(run, check, {
    sha,
    conclusion: "timed_out",
    title: "Nobody works on this any more",
    summary: "This check run was left in progress. Next: `/autopack status` on the issue tells where the run stands.",
  });
}

function left(run: Run, check: CheckName, said: Pick<CheckRun, "sha" | "conclusion" | "title" | "summary">): CheckRun {
  return {
    name: CHECK_NAMES[check],
    externalId: externalId(run.id, check, said.sha),
    status: "completed",
    ...said,
    text: "",
    annotations: [],
    actions: [],
  };
}

function verdictOf(run: Run, judged: Run): Verdict {
  const { state } = run;
  switch (state.kind) {
    case "queued":
    case "planning":
    case "awaiting_approval":
    case "building":
      return inProgress(`${held(run)}${progress(run)}`);
    case "verifying":
      return inProgress(`${held(run)}${verifying(run)}`);
    case "promotable":
      if (isPromotable(run)) return completed("success", "Ready to merge");
      return completed("action_required", waitsFor(run));
    case "promoted":
      if (isPromotable(judged)) return completed("success", "Ready to merge");
      return completed("neutral", "Merged by hand before everything was met");
    case "failed":
      return completed("failure", FAILURES[state.reason]);
    case "cancelled":
    case "no_changes":
      return completed("cancelled", "The run was cancelled");
  }
}

function inProgress(title: string): Verdict {
  return { status: "in_progress", conclusion: null, title };
}

function completed(conclusion: NonNullable<CheckRun["conclusion"]>, title: string): Verdict {
  return { status: "completed", conclusion, title: title.charAt(0).toUpperCase() + title.slice(1) };
}

function held({ hold }: Run): string {
  if (hold === null) return "";
  if (hold.kind === "budget") return "Paused, the budget is used up: ";
  return plainLine(`${hold.how === "hold" ? "Held" : "Paused"} by ${hold.by}: `, 60).trimEnd() + " ";
}

function verifying({ awaiting, rerun }: Run): string {
  if (awaiting !== null) return "Waiting for the repository's own checks";
  if (rerun !== null && rerun.gates.length > 0) return `Running ${rerun.gates.join(" and ")} again`;
  return "Verifying together with the base";
}

function progress({ phases }: Run): string {
  return `${phases.filter(isSatisfied).length} of ${count(phases.length, "phase")} done`;
}

/** The gravest of what is missing, as a title. */
function waitsFor(run: Run): string {
  const unmet = promotionConditions(run).filter((condition) => !condition.met);
  const other = unmet.find(({ name }) => name !== "approvals" && name !== "ready" && name !== "merge");
  if (unmet.some(({ name }) => name === "merge")) return "GitHub would not merge it";
  if (other !== undefined) return plainLine(other.evidence, 200);
  if (unmet.some(({ name }) => name === "approvals")) return "Waiting for approval";
  return "Waiting for /autopack promote";
}

function summaryOf(run: Run): string {
  const why = run.state.kind === "failed" ? [inline(run.state.message)] : [];
  return [...why, conditionList(run), ...next(run), judgedLine(run)].join("\n\n");
}

/** What somebody can do now. What Autopack itself is at work on needs nobody. */
function next(run: Run): readonly string[] {
  const remedies = promotionConditions(run).flatMap(({ met, remedy }) => (met || remedy === null ? [] : [remedy]));
  const first = remedies.find((remedy) => !remedy.startsWith("wait:"));
  return first === undefined || run.state.kind === "cancelled" ? [] : [`Next: ${inline(first)}`];
}
