import { move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { isAwaited, isPlannerAtWork, plannerEnded, plannerPhase } from "./planner.ts";
import { callPlanner } from "./phaseWork.ts";
import { queuedPhase } from "./queuedPhase.ts";
import { planRun, tiersOf } from "./schedule.ts";
import type { Run } from "./run.ts";

type PlanEvent = Extract<
  RunEvent,
  { kind: "planning_started" | "planner_called" | "plan_ready" | "plan_refused" | "plan_approved" }
>;

/** Moves a run from its request to the plan it will follow. */
export function planEvent(run: Run, event: PlanEvent): Decision {
  switch (event.kind) {
    case "planning_started":
      return run.state.kind === "queued" ? move(run, { kind: "planning" }) : stay(run);
    case "planner_called":
      return run.state.kind === "planning" && !isPlannerAtWork(run) ? callFor(run, event) : stay(run);
    case "plan_ready":
      return isAwaited(run, event.planner)
        ? planned(plannerEnded(run, event.planner, "the plan is made"), event)
        : stay(run);
    case "plan_refused": {
      if (!isAwaited(run, event.planner)) return stay(run);
      const { reason, message, problems, triage } = event;
      const refused = plannerEnded(run, event.planner, "it made no plan");
      return move(
        { ...refused, base: event.base },
        {
          kind: "failed",
          reason,
          message,
          problems,
          ...(triage === undefined ? {} : { triage }),
        },
      );
    }
    case "plan_approved":
      return run.state.kind === "awaiting_approval" ? move(run, { kind: "building" }) : stay(run);
  }
}

function planned(run: Run, event: Extract<PlanEvent, { kind: "plan_ready" }>): Decision {
  const { base, settings, configHash, strategy, plan, quote, agedFindings, ground } = event;
  const tiers = [...new Set(plan.phases.map((phase) => phase.tier))];
  const phases = plan.phases.map((phase, index) =>
    queuedPhase(run.id, { plan: phase, ordinal: index + 1, tier: tiers.indexOf(phase.tier) + 1 }),
  );
  const ready = planRun({ ...run, base, settings, configHash, strategy, plan, quote, agedFindings, ground, phases });
  return move({ ...ready, tiers: tiersOf(ready) }, { kind: settings.planApproval ? "awaiting_approval" : "building" });
}

function callFor(run: Run, event: Extract<PlanEvent, { kind: "planner_called" }>): Decision {
  const { base, settings, configHash, strategy } = event;
  return callPlanner({ ...run, base, settings, configHash, strategy }, plannerPhase(run));
}
