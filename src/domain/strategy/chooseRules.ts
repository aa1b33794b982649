import { CATEGORIES, UNKNOWN_RULES } from "./categories.ts";
import { atMost, builtIn, orConfigured } from "./chosen.ts";
import type { Chosen } from "./chosen.ts";
import type { CategoryOverride, Policy } from "./overrides.ts";
import type { CategoryRules } from "./strategy.ts";

/** A category's rules, each with where it comes from. */
export type ChosenRules = {
  readonly [K in Exclude<keyof CategoryRules, "attempts">]: Chosen<CategoryRules[K]>;
} & { readonly attempts: { readonly builder: Chosen<number>; readonly auditor: Chosen<number> } };

/** The table's rules of a category; those of any other where the table does not have it. */
export function tableRules(category: string): CategoryRules {
  const table: Readonly<Record<string, CategoryRules>> = CATEGORIES;
  return (Object.hasOwn(table, category) ? table[category] : undefined) ?? UNKNOWN_RULES;
}

/** Table, then configuration, then ceilings. `lid`: the configured cap of all phases, which only ever lowers. */
export function chooseRules(
  category: string,
  {
    override,
    lid,
    policy,
  }: { readonly override: CategoryOverride; readonly lid: number | undefined; readonly policy: Policy },
): ChosenRules {
  const table = tableRules(category);
  const attempts = (role: "builder" | "auditor") =>
    atMost(orConfigured(builtIn(table.attempts[role]), override.attempts?.[role]), policy.attempts, "policy");
  const tokens = atMost(orConfigured(builtIn(table.tokens), override.tokens), lid, "config");
  return {
    ciProfile: orConfigured(builtIn(table.ciProfile), override.ciProfile),
    attempts: { builder: attempts("builder"), auditor: attempts("auditor") },
    tokens: atMost(tokens, policy.budgets.phase?.tokens, "policy"),
    mayLandUnaudited: unaudited(table.mayLandUnaudited, override.mayLandUnaudited, policy),
    auditorProfile: orConfigured(builtIn(table.auditorProfile), override.auditorProfile),
    complexity: orConfigured(builtIn(table.complexity), override.complexity),
    findingSeverity: orConfigured(builtIn(table.findingSeverity), override.findingSeverity),
    builderMode: orConfigured(builtIn(table.builderMode), override.builderMode),
    taskType: orConfigured(builtIn(table.taskType), override.taskType),
  };
}

function unaudited(usual: boolean, configured: boolean | undefined, { auditRequired }: Policy): Chosen<boolean> {
  const chosen = orConfigured(builtIn(usual), configured);
  if (!auditRequired || usual || !chosen.value) return chosen;
  return { value: false, from: "policy", wanted: true };
}

export function bareRules(chosen: ChosenRules): CategoryRules {
  return {
    ciProfile: chosen.ciProfile.value,
    attempts: { builder: chosen.attempts.builder.value, auditor: chosen.attempts.auditor.value },
    tokens: chosen.tokens.value,
    mayLandUnaudited: chosen.mayLandUnaudited.value,
    auditorProfile: chosen.auditorProfile.value,
    complexity: chosen.complexity.value,
    findingSeverity: chosen.findingSeverity.value,
    builderMode: chosen.builderMode.value,
    taskType: chosen.taskType.value,
  };
}
