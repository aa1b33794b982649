import type { AgentBackend } from "../../domain/settings.ts";
import type { Agent } from "../../ports/agent.ts";
import type { ExternalResults } from "../../ports/externalResults.ts";
import { acpAgent } from "./acpAgent.ts";
import { cliAgent } from "./cliAgent.ts";
import type { CliParts } from "./cliAgent.ts";
import { CLI_BACKENDS } from "./cliBackends.ts";
import { commandAgent } from "./commandAgent.ts";
import { externalAgent } from "./externalAgent.ts";

/** Every backend as one agent: each task says which it wants. */
export function agents(parts: CliParts & { readonly external: ExternalResults }): Agent {
  const byBackend: Readonly<Partial<Record<AgentBackend, Agent>>> = {
    "claude-code": cliAgent(parts, CLI_BACKENDS["claude-code"]),
    codex: cliAgent(parts, CLI_BACKENDS.codex),
    opencode: cliAgent(parts, CLI_BACKENDS.opencode),
    gemini: cliAgent(parts, CLI_BACKENDS.gemini),
    acp: acpAgent(parts),
    command: commandAgent(parts),
    external: externalAgent(parts.external),
  };
  return {
    run: async (task, watch) => {
      const { backend } = task.settings;
      const agent = byBackend[backend];
      if (agent !== undefined) return agent.run(task, watch);
      const message = `There is no agent backend "${backend}".`;
      return { kind: "failed", class: "bad_request", message, result: null };
    },
  };
}
