import { move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { phaseId } from "./ids.ts";
import type { RunId } from "./ids.ts";
import type { Phase } from "./phase.ts";
import { goOn } from "./phaseWork.ts";
import type { PlannedPhase } from "./plan.ts";
import type { Run } from "./run.ts";

type PlanEvent = Extract<RunEvent, { kind: "planning_started" | "plan_ready" | "plan_refused" | "plan_approved" }>;

/** Moves a run from its request to the plan it will follow. */
export function planEvent(run: Run, event: PlanEvent): Decision {
  switch (event.kind) {
    case "planning_started":
      return run.state.kind === "queued" ? move(run, { kind: "planning" }) : stay(run);
    case "plan_ready":
      return run.state.kind === "planning" ? planned(run, event) : stay(run);
    case "plan_refused": {
      if (run.state.kind !== "planning") return stay(run);
      const { reason, message, problems } = event;
      return move({ ...run, base: event.base }, { kind: "failed", reason, message, problems });
    }
    case "plan_approved":
      return run.state.kind === "awaiting_approval" ? goOn({ ...run, state: { kind: "building" } }) : stay(run);
  }
}

function planned(run: Run, event: Extract<PlanEvent, { kind: "plan_ready" }>): Decision {
  const { base, settings, configHash, plan } = event;
  const phases = plan.phases.map((phase, index) => queued(run.id, phase, index + 1));
  const ready: Run = { ...run, base, settings, configHash, plan, phases };
  return settings.planApproval ? move(ready, { kind: "awaiting_approval" }) : goOn(ready);
}

function queued(run: RunId, plan: PlannedPhase, ordinal: number): Phase {
  return {
    id: phaseId(run, ordinal),
    ordinal,
    plan,
    state: { kind: "queued" },
    retryAttempt: 0,
    revisionEpoch: 0,
    auditFailures: 0,
    interruptions: 0,
    attempt: null,
    pastAttempts: [],
    candidate: null,
    evidence: [],
    verdict: null,
    feedback: null,
  };
}
