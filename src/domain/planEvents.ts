import { move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { phaseId } from "./ids.ts";
import type { RunId } from "./ids.ts";
import type { Phase } from "./phase.ts";
import type { PlannedPhase } from "./plan.ts";
import { planRun, tiersOf } from "./schedule.ts";
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

/** A phase of which nothing has been done. */
export function queuedPhase(
  run: RunId,
  { plan, ordinal, tier }: { readonly plan: PlannedPhase; readonly ordinal: number; readonly tier: number },
): Phase {
  return {
    id: phaseId(run, ordinal),
    ordinal,
    tier,
    plan,
    category: plan.category,
    raisedBecause: null,
    state: { kind: "queued" },
    retryAttempt: 0,
    revisionEpoch: 0,
    escalationLevel: 0,
    auditFailures: 0,
    interruptions: 0,
    attempt: null,
    pastAttempts: [],
    candidate: null,
    evidence: [],
    acceptance: null,
    verdict: null,
    findings: [],
    failures: [],
    usesFallback: false,
    needsInstall: false,
    approach: null,
    feedback: null,
  };
}
