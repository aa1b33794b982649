import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFailureReport } from "../../config/failureReport.ts";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { Agent, AgentOutcome, AgentTask } from "../../ports/agent.ts";
import type { Sandbox, SandboxOutcome, SandboxTask, SandboxWatch } from "../../ports/sandbox.ts";
import { outputTail } from "./outputTail.ts";
import { readResult } from "./readResult.ts";
import type { ResultReading } from "./readResult.ts";
import { removeTree } from "./removeTree.ts";

const INSTRUCTIONS = "instructions.md";
const CONTEXT = "context.json";
const RESULT = "result.json";

/**
 * The `command` backend: any program is an agent.
 *
 * The program is started in the checkout, which a builder may change and the others may only read. It gets
 * - the instructions, Markdown, on stdin and in the file named by `AUTOPACK_INSTRUCTIONS`;
 * - the same facts as JSON in the file named by `AUTOPACK_CONTEXT`;
 * - `AUTOPACK_ROLE` (`builder`, `auditor` or `investigator`) and `AUTOPACK_ATTEMPT` (the attempt's id);
 * - an environment of PATH (with the Node that runs Autopack first), HOME and TMPDIR (private, empty, thrown away),
 *   USER, LANG=C.UTF-8, TERM=dumb, CI=true, HUSKY=0 and the configured `env`; nothing else.
 *
 * It may write JSON, at most 1 MiB, to the file named by `AUTOPACK_RESULT`. Exit code 0 means finished, any other one
 * failed; the last lines of its output then are the message that the next attempt gets. A result that holds an `error`
 * makes the attempt fail with the error's class and message, whatever the exit code. What it left running is killed.
 * It has no network. It is not believed: what it changed is read from the checkout.
 *
 * A sandbox that cannot be set up is a failure of class `environment`, not the agent's.
 */
export function commandAgent(sandbox: Sandbox): Agent {
  return { run: (task, watch) => runCommand(sandbox, { task, watch }) };
}

interface Run {
  readonly task: AgentTask;
  readonly watch: SandboxWatch;
}

async function runCommand(sandbox: Sandbox, run: Run): Promise<AgentOutcome> {
  const exchange = await mkdtemp(join(tmpdir(), "autopack-exchange-"));
  try {
    return await runWithExchange(sandbox, { ...run, exchange });
  } catch (error) {
    if (!(error instanceof EnvironmentFailure)) throw error;
    return { kind: "failed", class: "environment", message: error.message, result: null };
  } finally {
    await removeTree(exchange);
  }
}

async function runWithExchange(sandbox: Sandbox, run: Run & { readonly exchange: string }): Promise<AgentOutcome> {
  const { task, watch, exchange } = run;
  const [program, ...args] = task.settings.command;
  if (program === undefined) {
    return { kind: "failed", class: "agent", message: `No command is configured for the ${task.role}.`, result: null };
  }
  await Promise.all([
    writeFile(join(exchange, INSTRUCTIONS), task.instructions),
    writeFile(join(exchange, CONTEXT), JSON.stringify(task.context, null, 2)),
  ]);
  const tail = outputTail();
  const onOutput = (chunk: string) => {
    tail.add(chunk);
    watch.onOutput(chunk);
  };
  const sandboxTask = toSandboxTask(sandbox, { task, exchange, argv: [program, ...args] });
  const outcome = await sandbox.run(sandboxTask, { ...watch, onOutput });
  const result = await readResult(join(exchange, RESULT));
  return toAgentOutcome(outcome, { task, result, lastLines: tail.lines() });
}

function toSandboxTask(
  sandbox: Sandbox,
  { task, exchange, argv }: Pick<Run, "task"> & Pick<SandboxTask, "exchange" | "argv">,
): SandboxTask {
  const checkout = { path: task.checkout.path, access: task.role === "builder" ? "write" : "read" } as const;
  const inside = sandbox.inside({ checkout, exchange });
  const { memoryBytes, processes, outputBytes } = task.settings.limits;
  const { timeoutMs } = task;
  return {
    argv,
    checkout,
    readable: [task.checkout.mirrorPath],
    exchange,
    env: {
      ...task.settings.env,
      AUTOPACK_INSTRUCTIONS: join(inside.exchange, INSTRUCTIONS),
      AUTOPACK_CONTEXT: join(inside.exchange, CONTEXT),
      AUTOPACK_RESULT: join(inside.exchange, RESULT),
      AUTOPACK_ROLE: task.role,
      AUTOPACK_ATTEMPT: task.attemptId,
    },
    stdin: task.instructions,
    limits: { timeoutMs, memoryBytes, processes, outputBytes, fileBytes: task.maxFileBytes },
  };
}

interface Ending {
  readonly task: AgentTask;
  readonly result: ResultReading;
  readonly lastLines: string;
}

function toAgentOutcome(outcome: SandboxOutcome, { task, result, lastLines }: Ending): AgentOutcome {
  const { role, settings } = task;
  const text = result.kind === "text" ? result.text : null;
  const report = text === null ? null : readFailureReport(text);
  const failed = (cls: "agent" | "memory" | "output_limit", what: string): AgentOutcome => ({
    kind: "failed",
    class: cls,
    message: withOutput(`The ${role} ${what}.`, lastLines),
    result: text,
  });
  switch (outcome.kind) {
    case "exited":
      if (report !== null && !("kind" in report)) return { kind: "failed", ...report, result: text };
      if (outcome.code !== 0) return failed("agent", `ended with exit code ${outcome.code}`);
      if (report !== null) return { kind: "failed", class: "junk_result", message: report.message, result: text };
      if (result.kind !== "junk") return { kind: "finished", result: text };
      return { kind: "failed", class: "junk_result", message: `The ${role} left ${result.what}.`, result: null };
    case "killed":
      if (outcome.by === "memory")
        return failed("memory", `used more than ${inMiB(settings.limits.memoryBytes)} of memory`);
      return failed("agent", "was killed by a signal");
    case "output_exceeded":
      return failed("output_limit", `wrote more than ${inMiB(settings.limits.outputBytes)} of output`);
    case "timed_out": {
      const seconds = task.timeoutMs / 1000;
      return { kind: "timed_out", message: withOutput(`The ${role} did not end within ${seconds} s.`, lastLines) };
    }
    case "cancelled":
      return { kind: "cancelled" };
  }
}

function withOutput(sentence: string, lastLines: string): string {
  return lastLines === "" ? `${sentence} It wrote nothing.` : `${sentence} Its last lines:\n${lastLines}`;
}

function inMiB(bytes: number): string {
  return `${Math.round((bytes / (1024 * 1024)) * 10) / 10} MiB`;
}
