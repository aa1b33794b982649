import { become, fail, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { isLiveRun } from "./run.ts";
import type { Run } from "./run.ts";
import { budgetEvent } from "./budgetEvents.ts";
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
  const decision = become(scheduled.run, ...decided.intents, ...scheduled.intents);
  const merge = !mayMerge(run) && mayMerge(decision.run) && decision.run.head !== null;
  const merges =
    merge && decision.run.head !== null
      ? [{ kind: "merge_pull", runId: run.id, head: decision.run.head } as const]
      : [];
  return { ...decision, intents: [...decision.intents, ...merges, { kind: "project_run", runId: run.id }] };
}

/** The policy lets Autopack merge, nothing is missing, and GitHub shows the pull request as ready. */
export function mayMerge(run: Run): boolean {
  return run.settings?.promotion.autoMerge === true && run.pull !== null && !run.pull.draft && isPromotable(run);
}

function decide(run: Run, event: RunEvent): Decision {
  switch (event.kind) {
    case "planning_started":
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
      return branchEvent(run, event);
    case "pull_opened":
    case "pull_readied":
    case "pull_merged":
    case "pull_closed":
    case "merge_refused":
      return pullEvent(run, event);
    case "approved":
    case "retry_requested":
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
