import type { AgentConfig, Config } from "./configSchema.ts";
import { toModel } from "./modelName.ts";

/**
 * Agents that may judge what the Builder makes, where no Auditor is named: those of another backend or model that are
 * configured already, in the order of the file. Programs (`command`, `acp`, `external`) do one thing, so they never stand in.
 */
export function auditorCandidates(agents: Config["agents"]): readonly AgentConfig[] {
  const { builder, fallback_builder: fallback, planner, investigator, alternatives } = agents;
  const others = [fallback, ...Object.values(alternatives), planner, investigator].filter(
    (agent) => agent !== undefined,
  );
  const known = new Set([nameOf(builder)]);
  return others.filter((agent) => {
    const name = nameOf(agent);
    if (!isCodingAgent(agent) || known.has(name)) return false;
    known.add(name);
    return true;
  });
}

function isCodingAgent({ backend }: AgentConfig): boolean {
  return backend !== "command" && backend !== "acp" && backend !== "external";
}

function nameOf({ backend, model }: AgentConfig): string {
  if (model === undefined) return backend;
  const { provider, model: name } = toModel(model, backend);
  return `${backend} ${provider}/${name}`;
}
