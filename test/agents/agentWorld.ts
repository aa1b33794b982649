import { openWorld } from "../harness/world.ts";
import type { World, WorldOptions } from "../harness/world.ts";
import { startScriptedModel } from "../model/startScriptedModel.ts";
import type { ScriptedModel } from "../model/startScriptedModel.ts";
import type { Script } from "../model/script.ts";
import { agentsCache } from "./agentsCache.ts";
import { REAL_KEY, scriptedProviders, TESTED } from "./backends.ts";
import type { TestedAgent } from "./backends.ts";

export interface AgentWorld extends World {
  /** Who answers all agents of this world. */
  readonly model: ScriptedModel;
}

export interface AgentStory extends WorldOptions {
  /** How long a call waits for a model that is limited or fails. */
  readonly maxWaitSeconds?: number;
  readonly builder: { readonly backend: TestedAgent["auditor"]; readonly script: Script };
  readonly auditor: { readonly backend: TestedAgent["auditor"]; readonly script: Script };
}

/** A world in which Builder and Auditor are real programs, and only their model is scripted. They ask different models. */
export async function openAgentWorld(story: AgentStory): Promise<AgentWorld & { close(): Promise<void> }> {
  const { builder, auditor, config, maxWaitSeconds, ...options } = story;
  const models = [TESTED[builder.backend].model, TESTED[auditor.backend].model] as const;
  const model = await startScriptedModel(
    { [models[0].model]: builder.script, [models[1].model]: auditor.script },
    { key: REAL_KEY },
  );
  const agents = {
    builder: settingsOf(builder.backend),
    auditor: settingsOf(auditor.backend),
  };
  const world = await openWorld({
    ...options,
    config: { ...config, agents },
    models: { models: scriptedProviders(model.origin, maxWaitSeconds), agentsDir: agentsCache() },
  });
  return {
    ...world,
    model,
    async close() {
      await world.close();
      await model.close();
    },
  };
}

/** Over the scripted agents of the harness, which have a command. */
function settingsOf(backend: TestedAgent["auditor"]): object {
  const { provider, model } = TESTED[backend].model;
  return { backend, model: `${provider}/${model}`, command: undefined, limits: { attempts: 2, memory_mb: 4096 } };
}
