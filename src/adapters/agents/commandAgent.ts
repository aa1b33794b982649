import { EnvironmentFailure } from "../../domain/failure.ts";
import type { Agent, AgentOutcome, AgentTask, AgentWatch } from "../../ports/agent.ts";
import type { GatewayTrouble, ModelGateway } from "../../ports/gateway.ts";
import type { Sandbox, SandboxOutcome } from "../../ports/sandbox.ts";
import { failedAgent, finishedAgent, reportedFailure, stoppedAgent } from "./agentEnding.ts";
import type { EndedAgent } from "./agentEnding.ts";
import { openExchange } from "./agentExchange.ts";
import { agentPlaces, agentSandboxTask } from "./agentSandboxTask.ts";
import { openAttemptGateway } from "./attemptGateway.ts";
import type { AttemptGateway } from "./attemptGateway.ts";
import { modelEnvironment } from "./modelEnvironment.ts";
import { outputTail } from "./outputTail.ts";
import { troubledAgent } from "./troubledAgent.ts";

interface CommandParts {
  readonly sandbox: Sandbox;
  readonly gateway: ModelGateway;
}

/**
 * The `command` backend: any program is an agent.
 *
 * The program is started in the checkout, which a builder may change and the others may only read. It gets
 * - the instructions, Markdown, on stdin and in the file named by `AUTOPACK_INSTRUCTIONS`;
 * - the same facts as JSON in the file named by `AUTOPACK_CONTEXT`;
 * - `AUTOPACK_ROLE` (`builder`, `auditor`, `investigator` or `planner`) and `AUTOPACK_ATTEMPT` (the attempt's id);
 * - where a model is configured: `AUTOPACK_MODEL_URL` (the model gateway, without a path), `AUTOPACK_MODEL_KEY` (what it takes
 *   for a key) and `AUTOPACK_MODEL` (the model's name);
 * - an environment of PATH (with the Node that runs Autopack first), HOME and TMPDIR (private, empty, thrown away),
 *   USER, LANG=C.UTF-8, TERM=dumb, CI=true, HUSKY=0 and the configured `env`; nothing else.
 *
 * It may write JSON, at most 1 MiB, to the file named by `AUTOPACK_RESULT`. Exit code 0 means finished, any other one
 * failed; the last lines of its output then are the message that the next attempt gets. A result that holds an `error`
 * makes the attempt fail with the error's class and message, whatever the exit code. What it left running is killed.
 * It has no network but the model gateway. It is not believed: what it changed is read from the checkout.
 *
 * A sandbox that cannot be set up is a failure of class `environment`, not the agent's.
 */
export function commandAgent(parts: CommandParts): Agent {
  return { run: async (task, watch) => runCommand(parts, task, watch) };
}

async function runCommand(parts: CommandParts, task: AgentTask, watch: AgentWatch): Promise<AgentOutcome> {
  const { command, model } = task.settings;
  const [program, ...args] = command;
  if (program === undefined) {
    return { kind: "failed", class: "agent", message: `No command is configured for the ${task.role}.`, result: null };
  }
  let gateway: AttemptGateway | null = null;
  try {
    gateway = model === null ? null : await openAttemptGateway(parts, { task, model }, watch);
    return await runProgram(parts.sandbox, { task, gateway, argv: [program, ...args] }, watch);
  } catch (error) {
    if (!(error instanceof EnvironmentFailure)) throw error;
    return { kind: "failed", class: "environment", message: error.message, result: null };
  } finally {
    await gateway?.close();
  }
}

interface Run {
  readonly task: AgentTask;
  readonly gateway: AttemptGateway | null;
  readonly argv: readonly [string, ...string[]];
}

async function runProgram(sandbox: Sandbox, { task, gateway, argv }: Run, watch: AgentWatch): Promise<AgentOutcome> {
  const exchange = await openExchange(task);
  try {
    const tail = outputTail();
    const onOutput = (chunk: string) => {
      tail.add(chunk);
      watch.onOutput(chunk);
    };
    const places = agentPlaces(sandbox, task, exchange.path);
    const program = { argv, env: modelEnvironment(gateway), stdin: task.instructions, readable: [] };
    const sandboxTask = agentSandboxTask(task, { ...program, exchange: exchange.path, places, gateway });
    const waits = gateway === null ? {} : { waitedMs: () => gateway.waitedMs() };
    const outcome = await sandbox.run(sandboxTask, { ...watch, ...waits, onOutput });
    const ended = { task, result: await exchange.result(), lastLines: tail.lines() };
    if (gateway === null) return verdictOf(outcome, ended, null);
    const { metered, isEstimated, trouble } = await gateway.close();
    return { ...verdictOf(outcome, ended, trouble), facts: { version: null, metered, isEstimated, reported: null } };
  } finally {
    await exchange.dispose();
  }
}

function verdictOf(outcome: SandboxOutcome, ended: EndedAgent, trouble: GatewayTrouble | null): AgentOutcome {
  const code = outcome.kind === "exited" ? outcome.code : null;
  return (
    troubledAgent(outcome, { result: ended.result, trouble, isDone: code === 0 }) ??
    stoppedAgent(outcome, ended) ??
    reportedFailure(ended.result) ??
    (code === 0 ? finishedAgent(ended) : failedAgent(ended, "agent", `ended with exit code ${code}`))
  );
}
