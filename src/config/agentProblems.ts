import type { AgentConfig, Config } from "./configSchema.ts";
import type { YamlProblem, YamlSource } from "./yamlSource.ts";

/** What an agent lacks, or has and does not take, by its backend. */
export function agentProblems({ agents }: Config, source: YamlSource): readonly YamlProblem[] {
  const { alternatives, ...roles } = agents;
  const named = [
    ...Object.entries(roles).map(([role, agent]) => ({ path: ["agents", role], agent })),
    ...Object.entries(alternatives).map(([name, agent]) => ({ path: ["agents", "alternatives", name], agent })),
  ];
  return named.flatMap(({ path, agent }) => {
    if (agent === undefined) return [];
    return problemsOf(agent).map(({ key, message }) => ({ ...source.positionOf([...path, key]), message }));
  });
}

function problemsOf(agent: AgentConfig): readonly { readonly key: string; readonly message: string }[] {
  const { backend, command, model, failover } = agent;
  switch (backend) {
    case "command":
    case "acp": {
      const missing =
        command === undefined
          ? [{ key: "command", message: `\`${backend}\` needs a \`command\`: the program to start.` }]
          : [];
      return [...missing, ...installedWithoutModel(agent), ...strayFailover(model, failover)];
    }
    case "external":
      return [
        ...unused(command, { key: "command", backend }),
        ...unused(model, { key: "model", backend }),
        ...strayFailover(model, failover),
      ];
    case "claude-code":
    case "codex":
    case "opencode":
    case "gemini": {
      const message = `\`${backend}\` needs a \`model\`, such as \`${EXAMPLES[backend]}\`.`;
      return [
        ...(model === undefined ? [{ key: "model", message }] : []),
        ...unused(command, { key: "command", backend }),
      ];
    }
  }
}

/** An `acp` command that begins with the name of a coding agent means the one that Autopack installs, and that asks a model. */
function installedWithoutModel({ backend, command, model }: AgentConfig) {
  const program = Array.isArray(command) ? command[0] : undefined;
  if (backend !== "acp" || model !== undefined || program === undefined || !Object.hasOwn(EXAMPLES, program)) return [];
  return [{ key: "model", message: `\`${program}\` needs a \`model\`, such as \`${EXAMPLES.opencode}\`.` }];
}

const EXAMPLES = {
  "claude-code": "anthropic/claude-sonnet-4-5",
  codex: "openai/gpt-5.5",
  opencode: "openai/gpt-5.5",
  gemini: "gemini/gemini-2.5-pro",
} as const;

function unused(value: unknown, { key, backend }: { readonly key: string; readonly backend: string }) {
  return value === undefined ? [] : [{ key, message: `\`${backend}\` takes no \`${key}\`: take it out.` }];
}

function strayFailover(model: string | undefined, failover: readonly string[]) {
  if (model !== undefined || failover.length === 0) return [];
  return [{ key: "failover", message: "`failover` says where to turn from a `model`, and there is none." }];
}
