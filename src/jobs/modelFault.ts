import type { ModelRef, Settings } from "../domain/settings.ts";
import type { JobDeps } from "./handler.ts";

/**
 * Why one of the agents that a run may need could not ask its model on this server; null when all of them can. A model to turn
 * to counts like the first one: it is needed when something else has failed already.
 */
export function modelFault(settings: Settings, { models }: Pick<JobDeps, "models">): string | null {
  for (const model of modelsOf(settings)) {
    const objection = models.objection(model);
    if (objection !== null) return objection;
  }
  return null;
}

function modelsOf(settings: Settings): readonly ModelRef[] {
  const { builder, planner, auditor, investigator, fallbackBuilder } = settings;
  return [builder, planner, auditor, investigator, fallbackBuilder].flatMap((agent) =>
    agent === null ? [] : [...(agent.model === null ? [] : [agent.model]), ...agent.failover],
  );
}
