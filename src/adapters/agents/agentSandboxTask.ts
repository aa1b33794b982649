import { join } from "node:path";
import type { AgentTask } from "../../ports/agent.ts";
import type { Sandbox, SandboxTask } from "../../ports/sandbox.ts";
import { CONTEXT, INSTRUCTIONS, RESULT } from "./agentExchange.ts";
import type { AttemptGateway } from "./attemptGateway.ts";

/** Where an agent finds things, as it sees them. */
export interface AgentPlaces {
  readonly checkout: SandboxTask["checkout"];
  readonly inside: { readonly checkout: string; readonly exchange: string };
}

/** Only a Builder may change the checkout. */
export function agentPlaces(sandbox: Sandbox, task: AgentTask, exchange: string): AgentPlaces {
  const access = task.role === "builder" ? "write" : "read";
  const checkout = { path: task.checkout.path, access } as const;
  return { checkout, inside: sandbox.inside({ checkout, exchange }) };
}

interface AgentProgram {
  readonly argv: SandboxTask["argv"];
  /** On top of the configured environment. What Autopack says of the attempt comes on top of that. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Folders of the program itself. */
  readonly readable: readonly string[];
  readonly exchange: string;
  readonly places: AgentPlaces;
  readonly gateway: AttemptGateway | null;
}

/** What every agent that runs in the sandbox has in common. */
export function agentSandboxTask(task: AgentTask, program: AgentProgram): SandboxTask {
  const { argv, stdin, exchange, places, gateway } = program;
  const { memoryBytes, processes, outputBytes, diskBytes } = task.settings.limits;
  const inside = (name: string) => join(places.inside.exchange, name);
  return {
    argv,
    checkout: places.checkout,
    readable: [task.checkout.mirrorPath, ...program.readable],
    exchange,
    env: {
      ...task.settings.env,
      ...program.env,
      AUTOPACK_INSTRUCTIONS: inside(INSTRUCTIONS),
      AUTOPACK_CONTEXT: inside(CONTEXT),
      AUTOPACK_RESULT: inside(RESULT),
      AUTOPACK_ROLE: task.role,
      AUTOPACK_ATTEMPT: task.attemptId,
    },
    stdin,
    ...(gateway === null ? {} : { bridges: [gateway.bridge] }),
    limits: { timeoutMs: task.timeoutMs, memoryBytes, processes, outputBytes, diskBytes, fileBytes: task.maxFileBytes },
  };
}
