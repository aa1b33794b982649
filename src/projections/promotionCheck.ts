import type { Sha } from "../domain/ids.ts";
import { isSatisfied } from "../domain/phase.ts";
import { isPromotable, promotionConditions } from "../domain/promotion.ts";
import type { Run } from "../domain/run.ts";
import { CHECK_NAMES, cutOutput, externalId } from "./checkRun.ts";
import type { CheckRun } from "../domain/checkRun.ts";
import { conditionList } from "./conditionList.ts";
import { FAILURES, count } from "./headline.ts";
import { judgedLine } from "./judgedLine.ts";
import { shortSha } from "./runView.ts";
import { inline } from "./safeMarkdown.ts";

type Verdict = Pick<CheckRun, "status" | "conclusion" | "title">;

/** `autopack/promotion`, the only check that branch protection needs: may this head be merged, and what is missing. */
export function promotionCheck(run: Run, head: Sha): CheckRun {
  // Merging changes nothing about what was judged, so the check says after it what it said before.
  const judged: Run = run.state.kind === "promoted" ? { ...run, state: { kind: "promotable" } } : run;
  return check(run, head, { ...verdictOf(run, judged), summary: summaryOf(judged) });
}

/** The same on a head that the branch has moved past while it was in progress: it will never be judged. */
export function supersededCheck(run: Run, old: Sha): CheckRun {
  const by = run.head === null ? "" : ` by ${shortSha(run.head)}`;
  return check(run, old, {
    status: "completed",
    conclusion: "neutral",
    title: `Superseded${by}`,
    summary: "The branch has moved on; its newest commit is the one to be judged.",
  });
}

function check(run: Run, sha: Sha, said: Verdict & { readonly summary: string }): CheckRun {
  return {
    name: CHECK_NAMES.promotion,
    sha,
    externalId: externalId(run.id, "promotion", sha),
    ...said,
    summary: cutOutput(said.summary),
    text: "",
    annotations: [],
  };
}

function verdictOf(run: Run, judged: Run): Verdict {
  const { state } = run;
  switch (state.kind) {
    case "queued":
    case "planning":
    case "awaiting_approval":
    case "building":
      return { status: "in_progress", conclusion: null, title: progress(run) };
    case "verifying":
      return { status: "in_progress", conclusion: null, title: "Verifying together with the base" };
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

function completed(conclusion: NonNullable<CheckRun["conclusion"]>, title: string): Verdict {
  return { status: "completed", conclusion, title: title.charAt(0).toUpperCase() + title.slice(1) };
}

function progress({ phases }: Run): string {
  return `${phases.filter(isSatisfied).length} of ${count(phases.length, "phase")} done`;
}

function waitsFor(run: Run): string {
  const unmet = promotionConditions(run).filter((condition) => !condition.met);
  return unmet.some((condition) => condition.name === "merge") ? "GitHub would not merge it" : "Waiting for approval";
}

function summaryOf(run: Run): string {
  const why = run.state.kind === "failed" ? [inline(run.state.message)] : [];
  return [...why, conditionList(run), judgedLine(run)].join("\n\n");
}
