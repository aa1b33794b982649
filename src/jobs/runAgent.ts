import type { AttemptRole } from "../domain/attempt.ts";
import type { AttemptRecord } from "../domain/event.ts";
import type { Finding } from "../domain/finding.ts";
import type { AgentOutcome, AgentTask } from "../ports/agent.ts";
import type { Checkout } from "../ports/git.ts";
import { usageOf } from "./agentFailure.ts";
import type { JobDeps } from "./handler.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { modelMeter } from "./modelMeter.ts";
import { eventRecorder } from "./recordEvents.ts";
import { usageFinding } from "./usageFinding.ts";
import type { AttemptWatch } from "./whileAttempted.ts";

/** What an agent is given beyond what its attempt says. */
export interface AgentBrief extends Pick<AgentTask, "instructions" | "context" | "maxFileBytes"> {
  readonly role: AttemptRole;
  readonly checkout: Checkout;
}

/** An agent that has ended, and was not cancelled. Its result is not believed yet. */
export interface AgentRun {
  readonly outcome: Exclude<AgentOutcome, { kind: "cancelled" }>;
  readonly record: AttemptRecord;
  /** Its own count of tokens is not the gateway's. */
  readonly oddity: Finding | null;
}

/** Has an attempt's agent at work, and keeps what it prints. Null when it was cancelled: then nobody waits for news. */
export async function runAgent(
  work: AttemptAtWork,
  brief: AgentBrief,
  { deps, watch }: { readonly deps: JobDeps; readonly watch: AttemptWatch },
): Promise<AgentRun | null> {
  const { run, phase, attempt, agent, timeoutMs, grant } = work;
  const log = await deps.artifacts.openLog(attempt.id);
  const events = eventRecorder(deps, attempt.id);
  const outcome = await deps.agent.run(
    {
      ...brief,
      attemptId: attempt.id,
      settings: agent,
      timeoutMs,
      maxTurns: grant.turns ?? Infinity,
      grant,
      meter: modelMeter(deps, { run, phase, attempt, grant }),
    },
    { onOutput: (chunk) => log.write(chunk), onEvent: (event) => events.onEvent(event), ...watch },
  );
  const { id } = await log.close();
  await events.close();
  if (outcome.kind === "cancelled") return null;
  const version = outcome.facts?.version ?? null;
  const usage = outcome.facts?.metered ?? usageOf(outcome);
  const record = { attemptId: attempt.id, log: id, usage, ...(version === null ? {} : { agentVersion: version }) };
  const oddity = outcome.facts === undefined ? null : usageFinding(agent.backend, outcome.facts);
  if (oddity !== null) deps.log.warn({ run: run.id, attempt: attempt.id }, oddity.detail);
  return { outcome, record, oddity };
}
