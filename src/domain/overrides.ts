import { isGreen } from "./gate.ts";
import type { GateEvidence, GateName } from "./gate.ts";
import type { Override, Run } from "./run.ts";

/** Whether a gate does not stand in the way of the head: it is green, or somebody has let this very head pass it. */
export function isPassed(run: Run, evidence: GateEvidence): boolean {
  return isGreen(evidence) || overrideOf(run, evidence.gate) !== undefined;
}

/** The decision to let the head, as it is now, pass a gate. */
export function overrideOf({ overrides, head }: Run, gate: GateName): Override | undefined {
  return overrides.findLast((override) => override.gate === gate && override.sha === head);
}
