import { CLI_BACKENDS } from "./adapters/agents/cliBackends.ts";
import type { CliBackend } from "./adapters/agents/cliBackend.ts";
import { installedAgents } from "./adapters/agents/installedAgents.ts";
import { tryProgram } from "./adapters/agents/tryProgram.ts";
import { openSandbox } from "./adapters/sandbox/openSandbox.ts";
import type { Environment } from "./config/environment.ts";
import type { ModelSettings } from "./config/modelSettings.ts";
import type { Examination } from "./doctor.ts";
import type { Sandbox } from "./ports/sandbox.ts";

/** Whether each coding agent is installed at its pinned version, and runs in the sandbox. Missing ones are no fault. */
export async function examineAgents({
  dataDir,
  sandbox: wish,
}: Pick<Environment, "dataDir" | "sandbox">): Promise<readonly Examination[]> {
  // What is wrong with the sandbox is said elsewhere.
  const sandbox = await openSandbox({ wish }).catch(() => null);
  const found: Examination[] = [];
  for (const backend of Object.values(CLI_BACKENDS)) found.push(await examineAgent(backend, { dataDir, sandbox }));
  return found;
}

interface Place {
  readonly dataDir: string;
  readonly sandbox: Sandbox | null;
}

async function examineAgent(backend: CliBackend, { dataDir, sandbox }: Place): Promise<Examination> {
  const installed = installedAgents(dataDir);
  const name = `agent ${backend.backend}`;
  const install = `\`autopack agents install ${backend.backend}\``;
  const program = await installed.find(backend);
  if (program === null) {
    const others = await installed.versions(backend);
    const here =
      others.length === 0 ? "" : ` (${others.join(", ")} is here, which is not what this Autopack works with)`;
    return {
      name,
      state: "ok",
      detail: `${backend.npm.version} is installed when first needed${here}, or by ${install}`,
    };
  }
  if (sandbox === null) return { name, state: "warning", detail: `${program.version} is installed; not tried` };
  const tried = await tryProgram(sandbox, program).catch((error: unknown) => ({
    kind: "fails" as const,
    output: error instanceof Error ? error.message : String(error),
  }));
  if (tried.kind === "runs")
    return { name, state: "ok", detail: `${program.version} is installed and runs in the sandbox` };
  const advice = `Remove it with \`autopack agents remove ${backend.backend}\`, then ${install}.`;
  return {
    name,
    state: "missing",
    detail: `${program.version} is installed, and does not run in the sandbox. ${advice}\n${tried.output}`,
  };
}

/** Which model providers have what they need. None is needed by agents that ask no model. */
export function examineModels({ providers }: ModelSettings): Examination {
  const lines = Object.entries(providers).map(([provider, { key, keyVariable }]) => {
    if (key !== null) return `${provider}: has its key`;
    return keyVariable === null
      ? `${provider}: is asked without a key`
      : `${provider}: no key, ${keyVariable} is not set`;
  });
  const isUsable = Object.values(providers).some(({ key, keyVariable }) => key !== null || keyVariable === null);
  const advice = isUsable ? [] : ["Agents that ask a model need the key of one."];
  return { name: "models", state: isUsable ? "ok" : "warning", detail: [...lines, ...advice].join("\n") };
}
