import { EnvironmentFailure } from "../../domain/failure.ts";
import type { ModelRef } from "../../domain/settings.ts";
import type { Agent, AgentOutcome, AgentTask, AgentWatch } from "../../ports/agent.ts";
import type { ModelGateway } from "../../ports/gateway.ts";
import type { Sandbox, SandboxOutcome } from "../../ports/sandbox.ts";
import { openExchange } from "./agentExchange.ts";
import type { AgentExchange } from "./agentExchange.ts";
import { agentPlaces } from "./agentSandboxTask.ts";
import { openAttemptGateway } from "./attemptGateway.ts";
import type { AttemptGateway } from "./attemptGateway.ts";
import type { CliBackend, CliReader } from "./cliBackend.ts";
import { cliVerdict } from "./cliVerdict.ts";
import { launchCli } from "./launchCli.ts";
import type { AgentProgram } from "./launchCli.ts";
import { outputTail } from "./outputTail.ts";
import { splitLines } from "./splitLines.ts";

export interface AgentPrograms {
  /**
   * Where the pinned version lies; installs it where it is not there yet.
   *
   * @throws EnvironmentFailure that says what to do
   */
  locate(backend: CliBackend): Promise<AgentProgram>;
}

export interface CliParts {
  readonly sandbox: Sandbox;
  readonly gateway: ModelGateway;
  readonly programs: AgentPrograms;
}

/**
 * Runs a coding agent from npm for one attempt: its own configuration in a private home that nobody sees again, the model by
 * the gateway, its output read as events.
 *
 * It is finished when its output says so, its exit code is 0, and the gateway refused it nothing; each of the three lies at
 * times. What it changed is read from the checkout, by others.
 */
export function cliAgent(parts: CliParts, backend: CliBackend): Agent {
  return { run: async (task, watch) => runCli(parts, { backend, task }, watch) };
}

interface Run {
  readonly backend: CliBackend;
  readonly task: AgentTask;
}

async function runCli(parts: CliParts, run: Run, watch: AgentWatch): Promise<AgentOutcome> {
  const { backend, task } = run;
  const { model } = task.settings;
  if (model === null) {
    const message = `No model is configured for the ${task.role}, and ${backend.backend} needs one: set \`model\`.`;
    return { kind: "failed", class: "bad_request", message, result: null };
  }
  try {
    return await runWithModel(parts, { ...run, model }, watch);
  } catch (error) {
    if (!(error instanceof EnvironmentFailure)) throw error;
    return { kind: "failed", class: "environment", message: error.message, result: null };
  }
}

async function runWithModel(
  parts: CliParts,
  run: Run & { readonly model: ModelRef },
  watch: AgentWatch,
): Promise<AgentOutcome> {
  const program = await parts.programs.locate(run.backend);
  const exchange = await openExchange(run.task);
  try {
    const gateway = await openAttemptGateway(parts, run, watch);
    try {
      return await runProgram(parts.sandbox, { ...run, program, exchange, gateway }, watch);
    } finally {
      await gateway.close();
    }
  } finally {
    await exchange.dispose();
  }
}

interface ReadyRun extends Run {
  readonly program: AgentProgram;
  readonly exchange: AgentExchange;
  readonly gateway: AttemptGateway;
}

async function runProgram(sandbox: Sandbox, run: ReadyRun, watch: AgentWatch): Promise<AgentOutcome> {
  const { backend, task, program, exchange, gateway } = run;
  const places = agentPlaces(sandbox, task, exchange.path);
  const sandboxTask = await launchCli({ ...run, places });
  const tail = outputTail();
  const reader = backend.read();
  const outcome = await runRead({ reader, tail, run: async (w) => sandbox.run(sandboxTask, w) }, run, watch);
  const result = await exchange.result();
  const { metered, isEstimated, trouble } = await gateway.close();
  const end = reader.end();
  const verdict = cliVerdict(outcome, { task, result, end, trouble, lastLines: tail.lines() });
  return { ...verdict, facts: { version: program.version, metered, isEstimated, reported: end.reported } };
}

interface Reading {
  readonly reader: CliReader;
  readonly tail: { add(chunk: string): void };
  readonly run: (watch: AgentWatch) => Promise<SandboxOutcome>;
}

/** Runs the program, with its output passed on as it is and as events. */
async function runRead(
  { reader, tail, run }: Reading,
  { gateway }: ReadyRun,
  watch: AgentWatch,
): Promise<SandboxOutcome> {
  const lines = splitLines((line) => {
    for (const event of reader.line(line)) watch.onEvent?.(event);
  });
  const onOutput = (chunk: string) => {
    tail.add(chunk);
    lines.add(chunk);
    watch.onOutput(chunk);
  };
  const outcome = await run({ ...watch, onOutput, waitedMs: () => gateway.waitedMs() });
  lines.end();
  return outcome;
}
