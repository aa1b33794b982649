import type { AcceptanceResult } from "../acceptance/acceptance.ts";
import type { FailureClass } from "../attempt.ts";
import { isGreen } from "../gate.ts";
import type { GateEvidence, StepResult } from "../gate.ts";
import { OUTPUT_MARKERS } from "./outputMarkers.ts";

/** Exit code of a shell that knows no such command. */
const COMMAND_NOT_FOUND = 127;

/** What a failed check was to people: `validation` is for what the gates let through and the acceptance did not. */
type CheckFailureClass = Extract<FailureClass, "checks" | "syntax" | "missing_dependency" | "timeout" | "validation">;

/** Classifies a failed check by the first step that failed: how it ended, and what the end of its output gives away. */
export function classifyCheckFailure(
  evidence: readonly GateEvidence[],
  acceptance: AcceptanceResult | null,
): CheckFailureClass {
  const isAccepted = acceptance === null || acceptance.verdict === "passed";
  if (evidence.every(isGreen) && !isAccepted) return "validation";
  const step = evidence.flatMap(({ steps }) => steps).find(({ outcome }) => outcome !== "passed");
  return step === undefined ? "checks" : classOf(step);
}

function classOf({ outcome, exitCode, tail }: StepResult): CheckFailureClass {
  if (outcome === "timed_out") return "timeout";
  const marker = OUTPUT_MARKERS.find(({ patterns }) => patterns.some((pattern) => pattern.test(tail)));
  if (marker !== undefined) return marker.class;
  return exitCode === COMMAND_NOT_FOUND ? "missing_dependency" : "checks";
}
