import type { GateEvidence } from "./gate.ts";
import { standing } from "./objection.ts";
import type { AcceptedObjections, Objection } from "./objection.ts";

/** Whether the rules refused the change, so that no command was run on it. */
export function isHeldByRules(evidence: readonly GateEvidence[]): boolean {
  return evidence.some(({ steps }) =>
    steps.some(({ ruleSet, outcome }) => ruleSet !== undefined && outcome !== "passed"),
  );
}

/** The objections in a gate's evidence that keep the change from landing. */
export function standingIn(
  evidence: readonly GateEvidence[],
  accepted: readonly AcceptedObjections[],
): readonly Objection[] {
  return standing(
    evidence.flatMap(({ objections }) => objections ?? []),
    accepted,
  );
}

/** Whether all that the rules refused the change for has been accepted since. */
export function isCleared(evidence: readonly GateEvidence[], accepted: readonly AcceptedObjections[]): boolean {
  return isHeldByRules(evidence) && standingIn(evidence, accepted).length === 0;
}
