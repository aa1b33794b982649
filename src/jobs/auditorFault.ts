import { meetsRequirement } from "../domain/auditMeasure/auditRates.ts";
import type { Plan } from "../domain/plan.ts";
import type { Settings } from "../domain/settings.ts";
import { phaseRules } from "../domain/strategy/phaseRules.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { rateOf } from "../store/auditMeasures.ts";
import type { JobDeps } from "./handler.ts";

interface Judging {
  readonly strategy: Strategy;
  readonly settings: Settings;
}

/** Why the Auditor may not judge a plan that is held strictly in a part, by what was measured of it; null when it may. */
export async function auditorFault(
  plan: Pick<Plan, "phases">,
  { strategy, settings }: Judging,
  { store }: Pick<JobDeps, "store">,
): Promise<string | null> {
  const { minCatchRate, auditor } = settings;
  if (minCatchRate === null || auditor === null) return null;
  if (!plan.phases.some((phase) => phaseRules(strategy, phase).ciProfile === "strict")) return null;
  const model = auditor.model === null ? "" : `${auditor.model.provider}/${auditor.model.model}`;
  const missing = meetsRequirement(await rateOf(store.knex, auditor.backend, model), { minCatchRate });
  return missing === null
    ? null
    : `the Auditor is not what \`audit.min_catch_rate\` asks for: ${missing}; \`autopack audit measure\` on the server measures it`;
}
