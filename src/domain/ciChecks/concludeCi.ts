import type { GateEvidence, StepResult } from "../gate.ts";

/**
 * Puts what the repository's own checks said into the evidence of the `ci` gate, after its commands, and concludes it again.
 *
 * What an earlier reading said is replaced. The other gates stay as they are.
 */
export function concludeCi(evidence: readonly GateEvidence[], checks: readonly StepResult[]): readonly GateEvidence[] {
  return evidence.map((gate) => (gate.gate === "ci" ? concluded(gate, checks) : gate));
}

function concluded(gate: GateEvidence, checks: readonly StepResult[]): GateEvidence {
  const commands = gate.steps.filter((step) => step.check === undefined);
  // A gate that was not started has no steps, and stays red for the reason it gave.
  if (gate.conclusion === "failure" && commands.every(isPassed) && commands.length === gate.steps.length) return gate;
  const steps = [...commands, ...checks];
  if (steps.length === 0) return gate;
  const red = steps.filter((step) => !isPassed(step));
  const [first] = red;
  if (first === undefined)
    return { ...gate, conclusion: "success", reason: allPassed(commands.length, checks.length), steps };
  const more = red.length === 1 ? "" : `, and ${red.length - 1} more`;
  const reason = first.check === undefined ? gate.reason : `${checkFailure(first)}${more}`;
  return { ...gate, conclusion: "failure", reason, steps };
}

function isPassed(step: StepResult): boolean {
  return step.outcome === "passed";
}

function allPassed(commands: number, checks: number): string {
  const parts = [counted(commands, "step"), counted(checks, "check")].filter((part) => part !== null);
  return `${parts.join(" and ")} passed`;
}

function counted(number: number, noun: string): string | null {
  if (number === 0) return null;
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

/** One line for a check that is not green. */
function checkFailure({ name, check }: StepResult): string {
  switch (check?.verdict) {
    case "missing":
      return `CI is missing: nothing named “${name}” has begun`;
    case "unfinished":
      return `“${name}” did not end in time`;
    case "timed_out":
      return `“${name}” took too long`;
    case "cancelled":
      return `“${name}” was cancelled`;
    case "stale":
      return `“${name}” was given up as stale`;
    case "action_required":
      return `“${name}” waits for somebody's approval`;
    case "startup_failure":
      return `“${name}” could not be started`;
    case "passed":
    case "failed":
    case undefined:
      return `“${name}” failed`;
  }
}
