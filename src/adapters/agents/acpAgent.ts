import { EnvironmentFailure } from "../../domain/failure.ts";
import type { Agent, AgentOutcome, AgentTask, AgentWatch } from "../../ports/agent.ts";
import type { SandboxTask } from "../../ports/sandbox.ts";
import { ACP_DRIVER } from "./acpDriver.ts";
import { acpReader } from "./acpReader.ts";
import { openExchange } from "./agentExchange.ts";
import type { AgentExchange } from "./agentExchange.ts";
import { agentPlaces, agentSandboxTask } from "./agentSandboxTask.ts";
import { openAttemptGateway } from "./attemptGateway.ts";
import type { AttemptGateway } from "./attemptGateway.ts";
import type { CliParts } from "./cliAgent.ts";
import type { CliBackend } from "./cliBackend.ts";
import { CLI_BACKENDS } from "./cliBackends.ts";
import { cliVerdict } from "./cliVerdict.ts";
import { launchCli } from "./launchCli.ts";
import type { AgentProgram } from "./launchCli.ts";
import { modelEnvironment } from "./modelEnvironment.ts";
import { outputTail } from "./outputTail.ts";
import { splitLines } from "./splitLines.ts";

/**
 * The `acp` backend: any program that speaks the Agent Client Protocol on stdin and stdout. It gets what a `command` agent gets, but
 * for stdin; its last message is its result where it writes no result file. Its count of tokens is not believed, nor shown.
 *
 * Where the first word of its command is the name of a coding agent that Autopack installs (`opencode acp`), that one is started,
 * with the configuration that it has under its own backend.
 */
export function acpAgent(parts: CliParts): Agent {
  return { run: async (task, watch) => runAcp(parts, task, watch) };
}

async function runAcp(parts: CliParts, task: AgentTask, watch: AgentWatch): Promise<AgentOutcome> {
  const { command, model } = task.settings;
  const [name] = command;
  if (name === undefined) return badRequest(`No command is configured for the ${task.role}.`);
  const backend = Object.values(CLI_BACKENDS).find((each) => each.backend === name) ?? null;
  if (backend !== null && model === null)
    return badRequest(`No model is configured for the ${task.role}, and ${name} needs one: set \`model\`.`);
  let gateway: AttemptGateway | null = null;
  try {
    const installed = backend === null ? null : { backend, program: await parts.programs.locate(backend) };
    gateway = model === null ? null : await openAttemptGateway(parts, { task, model }, watch);
    return await drive(parts, { task, gateway, installed }, watch);
  } catch (error) {
    if (!(error instanceof EnvironmentFailure)) throw error;
    return { kind: "failed", class: "environment", message: error.message, result: null };
  } finally {
    await gateway?.close();
  }
}

function badRequest(message: string): AgentOutcome {
  return { kind: "failed", class: "bad_request", message, result: null };
}

interface Run {
  readonly task: AgentTask;
  readonly gateway: AttemptGateway | null;
  readonly installed: { readonly backend: CliBackend; readonly program: AgentProgram } | null;
}

async function drive(parts: CliParts, run: Run, watch: AgentWatch): Promise<AgentOutcome> {
  const { task, gateway, installed } = run;
  const exchange = await openExchange(task);
  try {
    const reader = acpReader();
    const tail = outputTail();
    const lines = splitLines((line) => {
      for (const event of reader.line(line)) watch.onEvent?.(event);
    });
    const onOutput = (chunk: string) => {
      tail.add(chunk);
      lines.add(chunk);
      watch.onOutput(chunk);
    };
    const sandboxTask = await sandboxTaskOf(parts, run, exchange);
    const waits = gateway === null ? {} : { waitedMs: () => gateway.waitedMs() };
    const outcome = await parts.sandbox.run(sandboxTask, { ...watch, ...waits, onOutput });
    lines.end();
    const result = await exchange.result();
    const ended = { task, result, end: reader.end(), lastLines: tail.lines() };
    if (gateway === null) return cliVerdict(outcome, { ...ended, trouble: null });
    const { metered, isEstimated, trouble } = await gateway.close();
    const facts = { version: installed?.program.version ?? null, metered, isEstimated, reported: null };
    return { ...cliVerdict(outcome, { ...ended, trouble }), facts };
  } finally {
    await exchange.dispose();
  }
}

async function sandboxTaskOf({ sandbox }: CliParts, run: Run, exchange: AgentExchange): Promise<SandboxTask> {
  const { task, gateway, installed } = run;
  const places = agentPlaces(sandbox, task, exchange.path);
  const driver = ["node", "-e", ACP_DRIVER, "--"] as const;
  const { command } = task.settings;
  if (installed === null || gateway === null) {
    const program = { argv: [...driver, ...command] as const, env: modelEnvironment(gateway), stdin: "", readable: [] };
    return agentSandboxTask(task, { ...program, exchange: exchange.path, places, gateway });
  }
  const { program } = installed.program;
  return launchCli({ ...installed, task, exchange, places, gateway }, ({ argv }) => {
    // Its own arguments are for work without a protocol; what starts the program, such as `node`, goes before it.
    const start = argv.slice(0, argv.indexOf(program) + 1);
    return { argv: [...driver, ...start, ...command.slice(1)], stdin: "" };
  });
}
