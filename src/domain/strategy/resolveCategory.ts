import { tableRules } from "./chooseRules.ts";
import { UNKNOWN_CATEGORY } from "./strategy.ts";
import type { CategoryRules, Strategy } from "./strategy.ts";

/** The parts of a strategy that say what a category implies. */
export type CategoryTable = Pick<Strategy, "categories" | "aliases">;

/** The category that a name stands for. A name that nobody knows stays as it is, for people to see. */
export function resolveCategory({ aliases }: CategoryTable, name: string): string {
  return (Object.hasOwn(aliases, name) ? aliases[name] : undefined) ?? name;
}

/** What a category implies, by any of its names; strict for those that nobody knows. */
export function categoryRules(table: CategoryTable, name: string): CategoryRules {
  const category = resolveCategory(table, name);
  const known = Object.hasOwn(table.categories, category) ? table.categories[category] : undefined;
  return known ?? table.categories[UNKNOWN_CATEGORY] ?? tableRules(UNKNOWN_CATEGORY);
}
