import type { PlannedPhase } from "../plan.ts";
import { attemptSize } from "./attemptSize.ts";
import { GENERAL_REVIEW } from "./categories.ts";
import { categoryRules, resolveCategory } from "./resolveCategory.ts";
import type { CategoryTable } from "./resolveCategory.ts";
import type { CategoryRules, PhaseRules, Strategy } from "./strategy.ts";

/** What rules depend on. `category`: the one that counts, which a change may have raised above the plan's. */
export type PhaseFacts = Pick<PlannedPhase, "category" | "complexity" | "instructions" | "acceptance">;

/** What one phase is held to. Turns and seconds are a Builder attempt's before limits: `attemptLimits` applies those. */
export function phaseRules(strategy: CategoryTable, phase: PhaseFacts): PhaseRules {
  const rules = categoryRules(strategy, phase.category);
  return {
    ...rules,
    category: resolveCategory(strategy, phase.category),
    complexity: phase.complexity ?? rules.complexity,
    ...attemptSize(rules.taskType, phase),
  };
}

/** The profile of the audit that a phase needs; null when it may land without one. */
export function auditProfile(
  { auditEveryPhase }: Pick<Strategy, "auditEveryPhase">,
  { mayLandUnaudited, auditorProfile }: CategoryRules,
): string | null {
  return auditEveryPhase || !mayLandUnaudited ? (auditorProfile ?? GENERAL_REVIEW) : null;
}
