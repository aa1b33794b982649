import type { SafetyProfile } from "./strategy.ts";

export interface ProfileRules {
  readonly minorFindingsPerPhase: { readonly tier: number; readonly run: number };
  readonly ageing: { readonly runs: number; readonly tiers: number };
  readonly auditEveryPhase: boolean;
  /** The least number of people who must approve. */
  readonly approvals: number;
}

/** What a safety profile asks for. A tier's tolerance is the narrower one, so both profiles share the run's. */
export const PROFILES: Readonly<Record<SafetyProfile, ProfileRules>> = {
  normal: {
    minorFindingsPerPhase: { tier: 2, run: 3 },
    ageing: { runs: 3, tiers: 2 },
    auditEveryPhase: false,
    approvals: 0,
  },
  safety_critical: {
    minorFindingsPerPhase: { tier: 1, run: 3 },
    ageing: { runs: 2, tiers: 1 },
    auditEveryPhase: true,
    approvals: 2,
  },
};
