import type { AcceptanceSpec } from "../acceptance/acceptance.ts";
import type { Phase } from "../phase.ts";
import type { PlannedPhase } from "../plan.ts";
import { queuedPhase } from "../queuedPhase.ts";
import type { Run } from "../run.ts";
import type { Impact } from "../waves/impact.ts";
import { followUpsInOrder } from "./followUpsInOrder.ts";
import type { FollowUp } from "./investigation.ts";

/** What an investigator's word on files is worth: more than a guess, less than the plan's own. */
const CONFIDENCE = 0.7;

/**
 * Puts follow-up phases in the place of one that could not be done whole. Null when the run would have more phases than it
 * may; phases that were left out count, so that splitting comes to an end.
 *
 * A split changes how the work is cut, never what it is held to: follow-ups keep tier, category, priority and the files
 * that the plan opened for change (what the investigator names serves the planning of waves alone). The acceptance spec
 * is for the whole, so the last follow-up has it, and comes after all others; each of the others has its forbidden
 * patterns.
 */
export function splitPhase(
  run: Run,
  phase: Phase,
  followUps: readonly FollowUp[],
): { readonly phases: readonly Phase[] } | null {
  const count = run.phases.length;
  const max = run.strategy?.maxPhases ?? count;
  if (followUps.length === 0 || count + followUps.length > max) return null;
  const ordered = followUpsInOrder(followUps);
  if (ordered === null) return null;
  const ordinals = ordered.map((_, index) => count + index + 1);
  const added = ordered.map((followUp, index) => {
    const plan = planOf(phase, followUp, { ordinals, position: index });
    const fresh = queuedPhase(run.id, { plan, ordinal: count + index + 1, tier: phase.tier });
    return { ...fresh, category: phase.category, raisedBecause: phase.raisedBecause };
  });
  const kept = run.phases.map((other) => (other.id === phase.id ? leftOut(phase, ordinals) : moved(other)));
  return { phases: [...kept, ...added] };

  function moved(other: Phase): Phase {
    const { dependsOn } = other.plan;
    if (!dependsOn.includes(phase.ordinal)) return other;
    const rest = dependsOn.filter((ordinal) => ordinal !== phase.ordinal);
    return { ...other, plan: { ...other.plan, dependsOn: [...rest, ...ordinals] } };
  }
}

function leftOut(phase: Phase, ordinals: readonly number[]): Phase {
  return { ...phase, state: { kind: "skipped", reason: `split into ${ordinals.join(", ")}`, cause: "split" } };
}

function planOf(
  { plan }: Phase,
  followUp: FollowUp,
  { ordinals, position }: { readonly ordinals: readonly number[]; readonly position: number },
): PlannedPhase {
  const isLast = position === ordinals.length - 1;
  const others = ordinals.slice(0, position);
  const after = isLast && plan.spec !== null ? others : others.filter((_, index) => followUp.after.includes(index));
  return {
    ...plan,
    title: followUp.title,
    instructions: followUp.instructions,
    acceptance: followUp.acceptance,
    spec: isLast ? plan.spec : guardsOf(plan.spec),
    impacts: followUp.files.map(toImpact),
    dependsOn: [...plan.dependsOn, ...after],
  };
}

/** What every part must keep to, taken for itself. */
function guardsOf(spec: AcceptanceSpec | null): AcceptanceSpec | null {
  const validators = spec?.validators.filter(({ type }) => type === "forbidden_patterns") ?? [];
  return spec === null || validators.length === 0 ? null : { ...spec, gateMode: "all_pass", validators };
}

function toImpact(path: string): Impact {
  return { operation: "update", path, source: "agent", confidence: CONFIDENCE };
}
