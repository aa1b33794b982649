import type { AgentOutcome, AgentTask } from "../../ports/agent.ts";
import type { GatewayTrouble } from "../../ports/gateway.ts";
import type { SandboxOutcome } from "../../ports/sandbox.ts";
import { failedAgent, finishedAgent, reportedFailure, stoppedAgent } from "./agentEnding.ts";
import type { EndedAgent } from "./agentEnding.ts";
import type { CliEnd } from "./cliBackend.ts";
import { lastMessageResult } from "./lastMessageResult.ts";
import type { ResultReading } from "./readResult.ts";
import { troubledAgent } from "./troubledAgent.ts";

const MAX_SAID_CHARS = 2000;

/** All that is known of how a coding agent ended. */
export interface EndedCli {
  readonly task: AgentTask;
  readonly result: ResultReading;
  readonly end: CliEnd;
  readonly trouble: GatewayTrouble | null;
  readonly lastLines: string;
}

/** What an attempt of a coding agent came to. Its exit code alone is believed only where it says failed. */
export function cliVerdict(outcome: SandboxOutcome, { task, result, end, trouble, lastLines }: EndedCli): AgentOutcome {
  const ended: EndedAgent = { task, result: resultOf(task, result, end), lastLines: wordsOf(end, lastLines) };
  const code = outcome.kind === "exited" ? outcome.code : null;
  const isDone = code === 0 && end.isComplete && end.error === null;
  return (
    troubledAgent(outcome, { result: ended.result, trouble, isDone }) ??
    stoppedAgent(outcome, ended) ??
    reportedFailure(ended.result) ??
    (isDone ? finishedAgent(ended) : failedAgent(ended, "agent", shortcoming(code, end)))
  );
}

function shortcoming(code: number | null, end: CliEnd): string {
  if (end.error !== null) return "ended with an error";
  return code === 0 ? "ended before its work was done" : `ended with exit code ${code}`;
}

/** The file goes before the message: it was written on purpose. */
function resultOf(task: AgentTask, result: ResultReading, { lastMessage }: CliEnd): ResultReading {
  if (result.kind !== "none" || lastMessage === null) return result;
  const text = lastMessageResult(lastMessage, task.role);
  return text === null ? result : { kind: "text", text };
}

/** An event stream's last lines are for programs, so the agent's own words go before them. */
function wordsOf({ error, lastMessage }: CliEnd, lastLines: string): string {
  const said = new Set([lastMessage, error].filter((text) => text !== null && text !== ""));
  return said.size === 0 ? lastLines : [...said].join("\n").slice(-MAX_SAID_CHARS);
}
