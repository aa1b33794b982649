import type { AttemptFailure } from "../domain/attempt.ts";
import type { Usage } from "../domain/usage.ts";
import { NO_USAGE } from "../domain/usage.ts";
import { readUsage } from "../config/agentResult.ts";
import type { AgentOutcome } from "../ports/agent.ts";

/** The failure that an agent's outcome is, with what its provider said of waiting. */
export function agentFailure(outcome: Extract<AgentOutcome, { kind: "failed" | "timed_out" }>): AttemptFailure {
  const { message } = outcome;
  if (outcome.kind === "timed_out") return { class: "timeout", message };
  if (outcome.class !== "rate_limit") return { class: outcome.class, message };
  return { class: "rate_limit", message, retryAfterSeconds: outcome.retryAfterSeconds ?? null };
}

/** What an agent says it has used, however it ended: what failed was paid for as well. */
export function usageOf(outcome: AgentOutcome): Usage {
  return "result" in outcome ? readUsage(outcome.result) : NO_USAGE;
}
