import type { CompiledStrategy } from "./compileStrategy.ts";
import { PROFILES } from "./profiles.ts";
import type { CategoryRules } from "./strategy.ts";

/**
 * A strategy with every phase held to the strict profile, as somebody wished for one run: the strict CI, an audit of each phase
 * and the tolerances of the `safety_critical` profile, in whatever the repository's own are not stricter.
 *
 * The number of approvals stays: who starts a run must not be able to keep it from ever being merged.
 */
export function holdStrictly(strategy: CompiledStrategy): CompiledStrategy {
  const { minorFindingsPerPhase: minor, ageing } = PROFILES.safety_critical;
  return {
    ...strategy,
    categories: Object.fromEntries(
      Object.entries(strategy.categories).map(([name, rules]): [string, CategoryRules] => [
        name,
        { ...rules, ciProfile: "strict", mayLandUnaudited: false },
      ]),
    ),
    auditEveryPhase: true,
    minorFindingsPerPhase: {
      tier: Math.min(strategy.minorFindingsPerPhase.tier, minor.tier),
      run: Math.min(strategy.minorFindingsPerPhase.run, minor.run),
    },
    ageing: {
      runs: Math.min(strategy.ageing.runs, ageing.runs),
      tiers: Math.min(strategy.ageing.tiers, ageing.tiers),
    },
  };
}
