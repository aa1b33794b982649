import type { Condition } from "../promotion.ts";
import type { Run } from "../run.ts";
import { countFindings } from "./countFindings.ts";
import { phaseFindings } from "./phaseFindings.ts";

/** What landed is judged as it landed: a push on top of it does not change that. */
const BUILD_AGAIN = "`/autopack rollback <checkpoint>`: what landed after it is built again";

/** What findings say against a promotion: every tier is clean, and the run carries no more minor ones than it may. */
export function findingsConditions(run: Run): readonly Condition[] {
  return run.strategy === null || run.tiers.length === 0 ? [] : [tiers(run), findings(run)];
}

function tiers(run: Run): Condition {
  const dirty = run.tiers.filter(({ cleanliness }) => cleanliness === "not_clean");
  if (dirty.length > 0) {
    const evidence = dirty
      .map(({ ordinal, reasons }) => `tier ${ordinal} is not clean: ${reasons.join(", ")}`)
      .join("; ");
    const hasFailed = dirty.some(({ state }) => state === "failed");
    return { name: "tiers", met: false, evidence, remedy: hasFailed ? "`/autopack retry`" : BUILD_AGAIN };
  }
  const all = run.tiers.length;
  const open = run.tiers.filter(({ cleanliness }) => cleanliness === null).length;
  if (open > 0)
    return {
      name: "tiers",
      met: false,
      evidence: `${all - open} of ${all} tiers judged`,
      remedy: "wait: Autopack is at work",
    };
  const evidence = all === 1 ? "the tier is clean" : `all ${all} tiers are clean`;
  return { name: "tiers", met: true, evidence, remedy: null };
}

function findings(run: Run): Condition {
  const tolerated = (run.strategy?.minorFindingsPerPhase.run ?? 0) * run.phases.length;
  const landed = run.phases.filter(({ state }) => state.kind === "complete");
  const { minor } = countFindings(landed.flatMap(phaseFindings), run.agedFindings);
  const met = minor <= tolerated;
  return {
    name: "findings",
    met,
    evidence: `${minor} minor ${minor === 1 ? "finding" : "findings"} of ${tolerated} tolerated`,
    remedy: met ? null : BUILD_AGAIN,
  };
}
