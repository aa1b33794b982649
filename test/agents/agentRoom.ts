import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { acpAgent } from "../../src/adapters/agents/acpAgent.ts";
import { cliAgent } from "../../src/adapters/agents/cliAgent.ts";
import { installedAgents } from "../../src/adapters/agents/installedAgents.ts";
import { systemClock } from "../../src/adapters/clock/systemClock.ts";
import { modelGateway } from "../../src/adapters/gateway/modelGateway.ts";
import { openSandbox } from "../../src/adapters/sandbox/openSandbox.ts";
import type { AttemptRole } from "../../src/domain/attempt.ts";
import type { Amounts } from "../../src/domain/budget/budget.ts";
import type { AttemptId } from "../../src/domain/ids.ts";
import type { AgentEvent, AgentOutcome, AgentTask } from "../../src/ports/agent.ts";
import type { ModelCall } from "../../src/domain/pricing/modelCall.ts";
import { git } from "../github/git.ts";
import { startScriptedModel } from "../model/startScriptedModel.ts";
import type { ScriptedModel } from "../model/startScriptedModel.ts";
import type { Script } from "../model/script.ts";
import { agentsCache } from "./agentsCache.ts";
import { REAL_KEY, scriptedProviders, TESTED } from "./backends.ts";
import type { TestedAgent } from "./backends.ts";

const FILES = {
  "README.md": "# widget\n",
  "src/greet.js": "export const greet = () => 'hello';\n",
  "src/greet.test.js":
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { greet } from './greet.js';\ntest('greets', () => assert.ok(greet().length > 0));\n",
  "package.json": '{ "type": "module" }\n',
};

export interface Part {
  readonly backend: TestedAgent["auditor"];
  /** Started so and driven by the Agent Client Protocol, in place of its own backend. */
  readonly acp?: readonly string[];
  readonly script: Script;
  readonly role?: AttemptRole;
  readonly grant?: Amounts;
  readonly maxTurns?: number;
  readonly timeoutMs?: number;
  readonly instructions?: string;
  /** How long a call waits for a model that is limited or fails: seconds, 30 unless told. */
  readonly maxWaitSeconds?: number;
  /** Called once, at the first event of the agent. */
  readonly meanwhile?: () => void;
  readonly signal?: AbortSignal;
}

export interface Played {
  readonly attemptId: AttemptId;
  readonly outcome: AgentOutcome;
  readonly events: readonly AgentEvent[];
  /** As the gateway recorded them. */
  readonly calls: readonly ModelCall[];
  readonly output: string;
  readonly model: ScriptedModel;
  readonly ms: number;
}

export interface AgentRoom {
  /** The work tree as it is on the host. */
  readonly checkout: string;
  /** A folder of the host beside it, which no agent may see. */
  readonly outside: string;
  read(path: string): Promise<string>;
  /** Runs one real agent in the real sandbox, with the scripted model behind the real gateway. */
  play(part: Part): Promise<Played>;
  close(): Promise<void>;
}

export async function openAgentRoom(files: Readonly<Record<string, string>> = {}): Promise<AgentRoom> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-agents-"));
  const [mirrorPath, path, outside] = [join(folder, "mirror.git"), join(folder, "checkout"), join(folder, "outside")];
  await makeCheckout({ mirrorPath, path, files: { ...FILES, ...files } });
  await mkdir(outside);
  const sandbox = await openSandbox();
  const programs = installedAgents(agentsCache());
  const models: ScriptedModel[] = [];
  const run = `1-${randomBytes(4).toString("hex")}`;
  let played = 0;

  return {
    checkout: path,
    outside,
    read: async (file) => readFile(join(path, file), "utf8"),
    async play({ backend, script, ...part }) {
      const { cli, model: ref } = TESTED[backend];
      const model = await startScriptedModel({ [ref.model]: script }, { key: REAL_KEY });
      models.push(model);
      const gateway = modelGateway({
        settings: scriptedProviders(model.origin, part.maxWaitSeconds),
        clock: systemClock,
      });
      const calls: ModelCall[] = [];
      const events: AgentEvent[] = [];
      let output = "";
      const attemptId = `${run}.1.${++played}` as AttemptId;
      const task = taskOf(attemptId, { ...part, backend, path, mirrorPath, calls });
      const parts = { sandbox, programs, gateway };
      const agent = part.acp === undefined ? cliAgent(parts, cli) : acpAgent(parts);
      const startedAt = performance.now();
      const outcome = await agent.run(task, {
        onOutput: (chunk) => void (output += chunk),
        onEvent: (event) => {
          if (events.length === 0) part.meanwhile?.();
          events.push(event);
        },
        signal: part.signal ?? new AbortController().signal,
      });
      await gateway.close();
      return { attemptId, outcome, events, calls, output, model, ms: performance.now() - startedAt };
    },
    async close() {
      await Promise.all(models.map(async (model) => model.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Making extends Omit<Part, "script"> {
  readonly path: string;
  readonly mirrorPath: string;
  readonly calls: ModelCall[];
}

function taskOf(attemptId: AttemptId, making: Making): AgentTask {
  const { acp, path, mirrorPath, calls, role = "builder", instructions = "Do what has to be done." } = making;
  const backend = acp === undefined ? making.backend : "acp";
  const limits = {
    attempts: null,
    timeoutMs: null,
    memoryBytes: 4 * 1024 ** 3,
    processes: 256,
    outputBytes: 16 * 1024 ** 2,
    turns: null,
    diskBytes: 2 ** 34,
  };
  return {
    attemptId,
    role,
    settings: { backend, model: TESTED[making.backend].model, failover: [], command: acp ?? [], env: {}, limits },
    // Nobody reads or captures it here.
    checkout: { path, mirrorPath } as AgentTask["checkout"],
    timeoutMs: making.timeoutMs ?? 120_000,
    maxTurns: making.maxTurns ?? 30,
    grant: making.grant ?? {},
    meter: {
      admit: async () => null,
      record: async (call) => void calls.push(call),
      keep: async () => {},
    },
    instructions,
    context: {},
    maxFileBytes: 64 * 1024 ** 2,
  };
}

interface CheckoutParts {
  readonly mirrorPath: string;
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
}

async function makeCheckout({ mirrorPath, path, files }: CheckoutParts): Promise<void> {
  const source = `${path}.source`;
  await mkdir(source, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), text);
  }
  await git(source, ["init", "--quiet", "--initial-branch=main"]);
  await git(source, ["add", "--all"]);
  await git(source, ["-c", "user.name=mona", "-c", "user.email=mona@example.com", "commit", "--quiet", "-m", "Begin"]);
  await git(dirname(path), ["clone", "--quiet", "--bare", source, mirrorPath]);
  await git(dirname(path), ["clone", "--quiet", "--shared", mirrorPath, path]);
  await rm(source, { recursive: true });
}
