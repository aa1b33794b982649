import type { Plan, PlannedPhase, Problem } from "../plan.ts";
import type { Settings } from "../settings.ts";
import { attemptLimits } from "../strategy/attemptLimits.ts";
import type { Strategy } from "../strategy/strategy.ts";
import { readiness } from "./readiness.ts";
import type { Readiness } from "./readiness.ts";

export interface ReadinessBasis {
  readonly strategy: Strategy;
  readonly settings: Pick<Settings, "builder" | "minReadiness">;
}

/** The readiness of a phase, given the time that its Builder has for an attempt. */
export function phaseReadiness(phase: PlannedPhase, { strategy, settings: { builder } }: ReadinessBasis): Readiness {
  return readiness(phase, attemptLimits("builder", { strategy, phase, limits: builder.limits }));
}

/** Why the configuration refuses a plan for phases that are not ready enough, with a problem for each; null when it does not. */
export function readinessFault(
  plan: Pick<Plan, "phases">,
  basis: ReadinessBasis,
): { readonly message: string; readonly problems: readonly Problem[] } | null {
  const { minReadiness } = basis.settings;
  if (minReadiness === 0) return null;
  const problems = plan.phases.flatMap((phase, index) => {
    const { points, missing } = phaseReadiness(phase, basis);
    return points >= minReadiness ? [] : [problemOf(`Phase ${index + 1}, “${phase.title}”`, points, missing)];
  });
  if (problems.length === 0) return null;
  return { message: `phases are less ready than \`plan.min_readiness\` (${minReadiness} of 100) asks for`, problems };
}

function problemOf(name: string, points: number, missing: readonly string[]): Problem {
  const message = `${name}, has ${points} points of 100. ${missing.join(" ")}`;
  return { path: null, line: null, column: null, message };
}
