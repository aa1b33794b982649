import type { AttemptFailure } from "../../domain/attempt.ts";
import type { AgentOutcome } from "../../ports/agent.ts";
import type { GatewayTrouble } from "../../ports/gateway.ts";
import type { SandboxOutcome } from "../../ports/sandbox.ts";
import { failedWith } from "./agentEnding.ts";
import type { ResultReading } from "./readResult.ts";

interface TroubledEnd {
  readonly result: ResultReading;
  readonly trouble: GatewayTrouble | null;
  /** Whether the agent ended well by all it says itself. */
  readonly isDone: boolean;
}

/**
 * The failure that the gateway knows of and the agent cannot be asked about; null when it explains nothing.
 *
 * An agent that was refused at a cap has failed whatever it says: some take the refusal for an answer and end content. Other
 * trouble may have passed, so it counts only where the agent did not get to its end.
 */
export function troubledAgent(outcome: SandboxOutcome, { result, trouble, isDone }: TroubledEnd): AgentOutcome | null {
  if (trouble === null || outcome.kind === "cancelled") return null;
  if (trouble.kind === "over_budget") return failedWith(result, failureOf(trouble));
  if (isDone || outcome.kind !== "exited") return null;
  return failedWith(result, failureOf(trouble));
}

/**
 * A cap that was reached is the agent's failure: a new attempt is told of it, attempts are counted, and a budget that is used up
 * for good refuses the next one before it starts. So nothing goes on for ever.
 */
function failureOf(trouble: GatewayTrouble): AttemptFailure {
  const { kind, message } = trouble;
  switch (kind) {
    case "over_budget":
      return { class: "agent", message };
    case "rate_limit":
      return { class: kind, message, retryAfterSeconds: trouble.retryAfterSeconds };
    case "provider":
    case "authentication":
    case "bad_request":
    case "connection":
      return { class: kind, message };
  }
}
