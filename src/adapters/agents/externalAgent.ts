import type { Agent, AgentOutcome, AgentTask, AgentWatch } from "../../ports/agent.ts";
import type { ExternalResult, ExternalResults } from "../../ports/externalResults.ts";
import { finishedAgent, reportedFailure } from "./agentEnding.ts";
import type { EndedAgent } from "./agentEnding.ts";
import type { ResultReading } from "./readResult.ts";

/**
 * The `external` backend: somebody outside does the work and hands in its result by the HTTP API.
 *
 * Nothing is run here. A Builder's patch is laid out in the checkout by our own git, so that it is read, judged and committed as
 * any other agent's work; a patch that does not apply is a junk result, of which the next attempt is told.
 */
export function externalAgent(results: ExternalResults): Agent {
  return { run: async (task, watch) => askOutside(results, task, watch) };
}

async function askOutside(results: ExternalResults, task: AgentTask, watch: AgentWatch): Promise<AgentOutcome> {
  const { attemptId, role, instructions, context, timeoutMs } = task;
  const startingPatch = await patchOf(task);
  const tooLate = AbortSignal.timeout(timeoutMs);
  try {
    await results.offer({ attemptId, role, instructions, context, timeoutMs, startingPatch });
    watch.onStart?.();
    const found = await results.awaitResult(attemptId, AbortSignal.any([watch.signal, tooLate]));
    if (watch.signal.aborted) return { kind: "cancelled" };
    if (found === null) return { kind: "timed_out", message: lateness(task) };
    return await outcomeOf(task, found);
  } finally {
    await results.withdraw(attemptId);
  }
}

/** What lies in the checkout on top of its commit: laid out by us, from what was judged before. */
async function patchOf({ checkout }: AgentTask): Promise<Uint8Array | null> {
  const { changes } = await checkout.read({ maxFileBytes: Infinity });
  return changes.length === 0 ? null : (await checkout.capture()).patch;
}

async function outcomeOf(task: AgentTask, { result, patch }: ExternalResult): Promise<AgentOutcome> {
  const reading: ResultReading = result === null ? { kind: "none" } : { kind: "text", text: result };
  const ended: EndedAgent = { task, result: reading, lastLines: "" };
  const failure = reportedFailure(reading);
  if (failure !== null) return failure;
  if (patch !== null) {
    const placed = await task.checkout.place(patch);
    if (placed.kind === "unfit") return { kind: "failed", class: "junk_result", message: placed.message, result };
  }
  return finishedAgent(ended);
}

function lateness({ role, timeoutMs }: AgentTask): string {
  return `Nobody outside handed in a result of the ${role} within ${timeoutMs / 1000} s.`;
}
