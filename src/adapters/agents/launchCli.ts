import { join } from "node:path";
import type { AgentTask } from "../../ports/agent.ts";
import type { SandboxTask } from "../../ports/sandbox.ts";
import { HOME } from "./agentExchange.ts";
import type { AgentExchange } from "./agentExchange.ts";
import { agentSandboxTask } from "./agentSandboxTask.ts";
import type { AgentPlaces } from "./agentSandboxTask.ts";
import type { AttemptGateway } from "./attemptGateway.ts";
import type { CliBackend, CliLaunch } from "./cliBackend.ts";

/** The largest file it may write: the transcript in its home grows beyond what a change may hold, and no file of a change is judged here. */
const MIN_FILE_BYTES = 512 * 1024 ** 2;

/** An installed agent program. All paths are the same inside and outside. */
export interface AgentProgram {
  /** Absolute. */
  readonly program: string;
  /** What the sandbox has to show of the disk for it to run. */
  readonly folder: string;
  readonly version: string;
}

/** An installed agent, and all that it is given for one attempt. */
export interface CliOutfit {
  readonly backend: CliBackend;
  readonly task: AgentTask;
  readonly program: AgentProgram;
  readonly exchange: AgentExchange;
  readonly places: AgentPlaces;
  readonly gateway: AttemptGateway;
}

/**
 * Writes the agent's own configuration into its private home, and makes the task that starts it.
 *
 * @param start what to start, by what the backend itself would; that, where nothing is said
 */
export async function launchCli(
  outfit: CliOutfit,
  start: (launch: CliLaunch) => Pick<CliLaunch, "argv" | "stdin"> = (launch) => launch,
): Promise<SandboxTask> {
  const { task, program, exchange, places, gateway } = outfit;
  const home = join(places.inside.exchange, HOME);
  const launch = launchOf(outfit, home);
  await exchange.furnish(launch.files);
  const { argv, stdin } = start(launch);
  const shared = { argv, stdin, env: { ...launch.env, HOME: home }, readable: [program.folder] };
  const roomy = { ...task, maxFileBytes: Math.max(task.maxFileBytes, MIN_FILE_BYTES) };
  return agentSandboxTask(roomy, { ...shared, exchange: exchange.path, places, gateway });
}

function launchOf({ backend, task, program, places, gateway }: CliOutfit, home: string): CliLaunch {
  return backend.launch({
    program: program.program,
    home,
    exchange: places.inside.exchange,
    checkout: places.inside.checkout,
    model: gateway.model,
    gatewayUrl: gateway.url,
    key: gateway.key,
    maxTurns: task.maxTurns,
    mayWrite: places.checkout.access === "write",
    instructions: task.instructions,
  });
}
