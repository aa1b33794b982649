import type { Phase } from "../phase.ts";
import type { Strategy } from "../strategy/strategy.ts";
import type { Tier } from "../tier.ts";
import { countFindings } from "./countFindings.ts";
import { phaseFindings } from "./phaseFindings.ts";

/**
 * Judges a tier whose phases have all ended. Clean: nothing failed, nothing major, and no more minor findings than are
 * allowed. Findings of what did not land do not count, and one that several phases show counts once.
 */
export function tierCleanliness(
  phases: readonly Phase[],
  { strategy, agedKeys }: { readonly strategy: Strategy; readonly agedKeys: readonly string[] },
): Pick<Tier, "cleanliness" | "reasons"> {
  const failed = phases.filter(({ state }) => state.kind === "failed").map(({ ordinal }) => ordinal);
  const landed = phases.filter(({ state }) => state.kind === "complete");
  const { minor, major } = countFindings(landed.flatMap(phaseFindings), agedKeys);
  const tolerated = strategy.minorFindingsPerPhase.tier * phases.length;
  const reasons = [
    ...(failed.length > 0 ? [`${failed.length === 1 ? "phase" : "phases"} ${failed.join(", ")} failed`] : []),
    ...(major > 0 ? [`${major} major ${major === 1 ? "finding" : "findings"}`] : []),
    ...(minor > tolerated
      ? [`${minor} minor ${minor === 1 ? "finding" : "findings"}, and ${tolerated} tolerated`]
      : []),
  ];
  return { cleanliness: reasons.length === 0 ? "clean" : "not_clean", reasons };
}
