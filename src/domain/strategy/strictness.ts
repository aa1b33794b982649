import { GENERAL_REVIEW } from "./categories.ts";
import type { CategoryRules } from "./strategy.ts";

/**
 * How strict rules are, as a vector: CI profile, audit, complexity, severity of findings, review. What an attempt may use
 * is not part of it: a larger budget makes nothing safer or less safe.
 */
function strictness(rules: CategoryRules): readonly number[] {
  return [
    { normal: 0, strict: 1 }[rules.ciProfile],
    rules.mayLandUnaudited ? 0 : 1,
    { low: 0, medium: 1, high: 2 }[rules.complexity],
    { minor: 0, major: 1 }[rules.findingSeverity],
    rules.auditorProfile === null ? 0 : rules.auditorProfile === GENERAL_REVIEW ? 1 : 2,
  ];
}

/** Strict in nothing less. A partial order: of two special reviews neither is the stricter. */
export function isAsStrict(rules: CategoryRules, others: CategoryRules): boolean {
  const least = strictness(others);
  return strictness(rules).every((value, index) => value >= (least[index] ?? 0));
}

/** Strict in nothing less, and in something more. */
export function isStricter(rules: CategoryRules, others: CategoryRules): boolean {
  return isAsStrict(rules, others) && !isAsStrict(others, rules);
}
