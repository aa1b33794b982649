import type { GateEvidence } from "../gate.ts";
import type { Usage } from "../usage.ts";
import type { Amounts } from "./budget.ts";

/** What an attempt has used, by its own word, except for the time, which is measured. */
export function usedByAttempt({ inputTokens, outputTokens, costUsd, turns }: Usage, seconds: number): Amounts {
  return { tokens: inputTokens + outputTokens, cost_usd: costUsd, turns, seconds };
}

/** What running the gates has used: the time of every step, and a CI run where CI ran at all. */
export function usedByGates(evidence: readonly GateEvidence[]): Amounts {
  const steps = evidence.flatMap((gate) => gate.steps);
  const milliseconds = steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const ran = evidence.some(({ gate, steps: own }) => gate === "ci" && own.length > 0);
  return { ci_runs: ran ? 1 : 0, seconds: milliseconds / 1000 };
}
