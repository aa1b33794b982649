import { readFailureReport } from "../../config/failureReport.ts";
import type { AttemptFailure } from "../../domain/attempt.ts";
import type { AgentOutcome, AgentTask } from "../../ports/agent.ts";
import type { SandboxOutcome } from "../../ports/sandbox.ts";
import type { ResultReading } from "./readResult.ts";

/** What there is to tell about an agent that did not end as it should. */
export interface EndedAgent {
  readonly task: AgentTask;
  readonly result: ResultReading;
  /** The end of its output, or its last words. */
  readonly lastLines: string;
}

/** An agent that was stopped rather than ended; null for one that exited. */
export function stoppedAgent(outcome: SandboxOutcome, ended: EndedAgent): AgentOutcome | null {
  const { task, lastLines } = ended;
  const { limits } = task.settings;
  switch (outcome.kind) {
    case "exited":
      return null;
    case "killed":
      if (outcome.by === "signal") return failedAgent(ended, "agent", "was killed by a signal");
      return failedAgent(ended, "memory", `used more than ${inMiB(limits.memoryBytes)} of memory`);
    case "output_exceeded":
      return failedAgent(ended, "output_limit", `wrote more than ${inMiB(limits.outputBytes)} of output`);
    case "disk_exceeded":
      return failedAgent(ended, "output_limit", "wrote more to disk than it may");
    case "timed_out": {
      const sentence = `The ${task.role} did not end within ${task.timeoutMs / 1000} s.`;
      return { kind: "timed_out", message: withOutput(sentence, lastLines) };
    }
    case "cancelled":
      return { kind: "cancelled" };
  }
}

/** A failure of the agent's own, with the end of what it said. */
export function failedAgent(
  { task, result, lastLines }: EndedAgent,
  cls: "agent" | "memory" | "output_limit",
  what: string,
): AgentOutcome {
  return { ...failedWith(result, { class: cls, message: withOutput(`The ${task.role} ${what}.`, lastLines) }) };
}

export function failedWith(result: ResultReading, failure: AttemptFailure): AgentOutcome {
  return { kind: "failed", ...failure, result: textOf(result) };
}

export function textOf(result: ResultReading): string | null {
  return result.kind === "text" ? result.text : null;
}

/** The failure that the agent reports in its result; null when it reports none that can be read. */
export function reportedFailure(result: ResultReading): AgentOutcome | null {
  const report = result.kind === "text" ? readFailureReport(result.text) : null;
  return report === null || "kind" in report ? null : failedWith(result, report);
}

/** An agent that ended well, if what it left can be read. */
export function finishedAgent({ task, result }: EndedAgent): AgentOutcome {
  const report = result.kind === "text" ? readFailureReport(result.text) : null;
  if (report !== null && "kind" in report) return failedWith(result, { class: "junk_result", message: report.message });
  if (result.kind !== "junk") return { kind: "finished", result: textOf(result) };
  return failedWith(result, { class: "junk_result", message: `The ${task.role} left ${result.what}.` });
}

function withOutput(sentence: string, lastLines: string): string {
  return lastLines === "" ? `${sentence} It wrote nothing.` : `${sentence} Its last lines:\n${lastLines}`;
}

function inMiB(bytes: number): string {
  return `${Math.round((bytes / (1024 * 1024)) * 10) / 10} MiB`;
}
