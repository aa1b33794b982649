import { isLanded, isSatisfied } from "../domain/phase.ts";
import { promotionConditions } from "../domain/promotion.ts";
import { isDryRun, isLiveRun } from "../domain/run.ts";
import type { FailureReason, Hold, Run } from "../domain/run.ts";
import { awaitedNames } from "./awaitedCi.ts";
import { cell, code } from "./safeMarkdown.ts";
import { shortSha } from "./runView.ts";

/** Where a run stands, in words. */
export interface Headline {
  readonly emoji: string;
  readonly words: string;
}

/** The state of a run as people say it. Markdown. */
export function headline(run: Run): Headline {
  const { state } = run;
  if (run.closing?.closed === true && isLiveRun(state))
    return { emoji: "⏸️", words: `paused: ${cell(run.closing.by)} closed the issue, and the run ends soon` };
  if (run.edited !== null && isLiveRun(state))
    return { emoji: "⏸️", words: `paused: the issue was edited by ${cell(run.edited.by)}, ${doneOf(run)}` };
  if (run.hold !== null && isLiveRun(state)) return { emoji: "⏸️", words: `${held(run.hold)}, ${doneOf(run)}` };
  switch (state.kind) {
    case "queued":
      return { emoji: "⏳", words: "queued" };
    case "planning":
      return { emoji: "🗺️", words: "reading the configuration and the plan" };
    case "awaiting_approval":
      return { emoji: "✋", words: `a plan of ${count(run.phases.length, "phase")} waits for approval` };
    case "building":
      return { emoji: "🔨", words: building(run) };
    case "verifying":
      return { emoji: "🔎", words: verifying(run) };
    case "promotable":
      return promotable(run);
    case "promoted":
      return { emoji: "🎉", words: `promoted as ${shortSha(state.sha)} by ${cell(state.by)}` };
    case "no_changes":
      return isDryRun(run) && run.head !== null
        ? { emoji: "🧪", words: `dry run done: ${count(run.phases.filter(isLanded).length, "phase")} would land` }
        : { emoji: "💤", words: "nothing to change" };
    case "failed":
      return { emoji: "❌", words: FAILURES[state.reason] };
    case "cancelled":
      return { emoji: "🛑", words: `cancelled: ${CANCELLATIONS[state.why]} ${cell(state.by)}` };
  }
}

/** Why a run failed, as a title. */
export const FAILURES: Readonly<Record<FailureReason, string>> = {
  budget_exhausted: "stopped: the budget is used up",
  policy_violation: "stopped: a change needs a person's decision",
  requires_human_review: "stopped: a person has to look",
  environment: "stopped: something around the run is broken",
  config_missing: "this repository is not set up for Autopack yet",
  config_invalid: "the configuration cannot be used",
  needs_clarification: "not begun: the issue has to say more first",
  plan_invalid: "the plan cannot be used",
  phases_failed: "failed: not every phase could be done",
};

const CANCELLATIONS = {
  command: "by",
  pull_request_closed: "the pull request was closed by",
  issue_closed: "the issue was closed by",
  repository_gone: "the repository was deleted by",
  repository_archived: "the repository was archived by",
  access_removed: "Autopack's access was removed by",
} as const;

export function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function verifying(run: Run): string {
  const awaited = awaitedNames(run);
  if (awaited !== null) return `waiting for ${awaited}`;
  return `verifying the branch together with ${code(run.base?.branch ?? "the base")}`;
}

function building(run: Run): string {
  if (run.rollback !== null) return `rolling the branch back to ${shortSha(run.rollback.to)}`;
  return `building, ${doneOf(run)}`;
}

function doneOf({ phases }: Run): string {
  return `${phases.filter(isSatisfied).length} of ${count(phases.length, "phase")} done`;
}

function held(hold: Hold): string {
  switch (hold.kind) {
    case "budget":
      return "paused: the budget is used up";
    case "person":
      return `${hold.how === "hold" ? "held" : "paused"} by ${cell(hold.by)}`;
  }
}

function promotable(run: Run): Headline {
  const unmet = promotionConditions(run).find((condition) => !condition.met);
  if (unmet === undefined) return { emoji: "✅", words: "ready to merge" };
  if (unmet.name === "merge") return { emoji: "⚠️", words: "ready, but GitHub would not merge it" };
  if (unmet.name === "ready") return { emoji: "✋", words: "ready, and waiting for `/autopack promote`" };
  return { emoji: "✋", words: "ready, and waiting for approval" };
}
