import type { Plan } from "../domain/plan.ts";

/** All paths and globs that a plan names, each once. */
export function plannedPaths(plan: Plan): readonly string[] {
  return [...new Set(plan.phases.flatMap(({ files }) => files))];
}
