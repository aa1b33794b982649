import { become, fail, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { Intent } from "./intent.ts";
import { issueEvent } from "./issueEvents.ts";
import { phaseSteering } from "./phaseSteering.ts";
import { promotionEvent } from "./promotionEvents.ts";
import { revisionEvent } from "./revisionEvents.ts";
import { isDryRun, isLiveRun } from "./run.ts";
import type { Run } from "./run.ts";
import { budgetEvent } from "./budgetEvents.ts";
import { acceptObjections } from "./acceptObjections.ts";
import { attemptEvent } from "./attemptEvents.ts";
import { branchEvent } from "./branchEvents.ts";
import { checkEvent } from "./checkEvents.ts";
import { haltPhases } from "./phaseWork.ts";
import { planEvent } from "./planEvents.ts";
import { pullEvent } from "./pullEvents.ts";
import { steeringEvent } from "./steeringEvents.ts";
import { isPromotable } from "./promotion.ts";
import { schedule } from "./schedule.ts";

/**
 * Decides what one event does to a run: its next state, and the work that state needs.
 *
 * Every start goes through the scheduler, which looks at the run after each change.
 *
 * An event about work the run has moved past is stale, not an error: the run stays as it is. Whatever else an event
 * does, a run whose head has just become fit to merge asks for the merge, and every change asks for a projection.
 */
export function transition(run: Run, event: RunEvent): Decision {
  const decided = decide(run, event);
  if (!decided.changed) return decided;
  const scheduled = schedule(decided.run);
  const decision = become(settled(scheduled.run), ...decided.intents, ...scheduled.intents);
  const news = [...merging(run, decision.run), ...forecasting(run, decision.run)];
  return { ...decision, intents: [...decision.intents, ...news, { kind: "project_run", runId: run.id }] };
}

/** What belongs to a verification ends with it; gates that are to be run again wait for the phases that come before. */
function settled(run: Run): Run {
  if (run.state.kind === "verifying" || (run.rerun === null && run.awaiting === null)) return run;
  return { ...run, rerun: run.state.kind === "building" ? run.rerun : null, awaiting: null };
}

/** Merging is asked for when it has become right, and once more when it is no longer: GitHub may have been told to merge. */
function merging(before: Run, after: Run): readonly Intent[] {
  const head = mayMerge(after) ? after.head : before.head;
  const isDelegated = after.settings?.promotion.merge === "github" || after.settings?.promotion.merge === "queue";
  const isNew = mayMerge(after) && !(mayMerge(before) && before.head === after.head);
  const isOver = isDelegated && mayMerge(before) && !mayMerge(after) && after.state.kind !== "promoted";
  return head !== null && (isNew || isOver) ? [{ kind: "merge_pull", runId: after.id, head }] : [];
}

/** A branch that has moved, or has ended, may conflict with others than before. */
function forecasting(before: Run, after: Run): readonly Intent[] {
  if (isDryRun(after) || after.head === null) return [];
  const isNews = before.head !== after.head || isLiveRun(before.state) !== isLiveRun(after.state);
  return isNews ? [{ kind: "forecast_conflicts", repositoryId: after.repository.id }] : [];
}

/** The policy lets Autopack merge, nothing is missing, and GitHub shows the pull request as ready. */
export function mayMerge(run: Run): boolean {
  return isMergeWanted(run) && run.pull !== null && !run.pull.draft && isPromotable(run);
}

/** Whether the policy has anybody but people merge this head. */
export function isMergeWanted({ settings, promoteAsked, head }: Run): boolean {
  switch (settings?.promotion.merge) {
    case undefined:
    case "people":
      return false;
    case "autopack":
    case "github":
    case "queue":
      return true;
    case "on_command":
      return promoteAsked !== null && promoteAsked.sha === head;
  }
}

function decide(run: Run, event: RunEvent): Decision {
  switch (event.kind) {
    case "planning_started":
    case "planner_called":
    case "plan_ready":
    case "plan_refused":
    case "plan_approved":
      return planEvent(run, event);
    case "attempt_started":
    case "attempt_lost":
    case "attempt_failed":
    case "phase_built":
    case "phase_unchanged":
    case "audit_finished":
    case "investigation_finished":
      return attemptEvent(run, event);
    case "checks_passed":
    case "checks_failed":
    case "candidate_conflicted":
    case "candidate_superseded":
    case "phase_integrated":
      return checkEvent(run, event);
    case "head_moved":
    case "history_rewritten":
    case "base_moved":
    case "gates_verified":
    case "ci_awaited":
      return branchEvent(run, event);
    case "pull_opened":
    case "pull_readied":
    case "pull_drafted":
    case "pull_merged":
    case "pull_closed":
    case "merge_refused":
      return pullEvent(run, event);
    case "retry_requested":
    case "phase_skipped":
      return phaseSteering(run, event);
    case "revision_requested":
    case "gate_rerun_requested":
    case "change_read":
      return revisionEvent(run, event);
    case "approved":
    case "approval_withdrawn":
    case "gate_overridden":
    case "promote_requested":
    case "reverted":
      return promotionEvent(run, event);
    case "objections_accepted":
      return acceptObjections(run, event);
    case "issue_edited":
    case "issue_closed":
    case "issue_reopened":
    case "closing_expired":
    case "repository_lost":
      return issueEvent(run, event);
    case "cancel_requested":
    case "held":
    case "resumed":
    case "rollback_requested":
    case "branch_reset":
      return steeringEvent(run, event);
    case "budget_refused":
      return budgetEvent(run, event);
    case "work_failed":
      return isLiveRun(run.state) ? workFailed(run, event) : stay(run);
  }
}

/** A job gave up for good. Without this the run would wait for it for ever. */
function workFailed(run: Run, event: Extract<RunEvent, { kind: "work_failed" }>): Decision {
  const why = { reason: `${event.intent} could not be done`, cause: "environment" } as const;
  const halted = { ...haltPhases(run, why), rollback: null };
  return fail(halted, "environment", `${event.intent} could not be done: ${event.message}`);
}
