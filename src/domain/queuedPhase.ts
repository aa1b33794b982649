import { phaseId } from "./ids.ts";
import type { RunId } from "./ids.ts";
import type { Phase } from "./phase.ts";
import type { PlannedPhase } from "./plan.ts";

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
