import { MEASURES } from "../budget/budget.ts";
import type { Amounts, Measure } from "../budget/budget.ts";

/** Where a value of a strategy comes from. `table`: the built-in rules. */
export type Origin = "table" | "profile" | "config" | "policy";

/** A value with where it comes from, and what it would have been had the operator allowed it. */
export interface Chosen<T> {
  readonly value: T;
  readonly from: Origin;
  readonly wanted?: T;
}

export type ChosenAmounts = Readonly<Partial<Record<Measure, Chosen<number>>>>;

export function builtIn<T>(value: T): Chosen<T> {
  return { value, from: "table" };
}

/** What the configuration says, where it says something. */
export function orConfigured<T>(chosen: Chosen<T>, configured: T | undefined): Chosen<T> {
  return configured === undefined ? chosen : { value: configured, from: "config" };
}

/** Lowers to a limit, and keeps what was wanted. */
export function atMost(chosen: Chosen<number>, limit: number | null | undefined, from: Origin): Chosen<number> {
  if (limit === null || limit === undefined || chosen.value <= limit) return chosen;
  return { value: limit, from, wanted: chosen.wanted ?? chosen.value };
}

/**
 * The caps of a level: the usual ones, the configured ones in their place, none above the operator's.
 *
 * The operator's count alone where nothing else does, except for measures that are `counted` from the plan later.
 */
export function chooseAmounts(
  usual: ChosenAmounts,
  given: { readonly configured: Amounts | undefined; readonly ceiling: Amounts | undefined },
  counted: readonly Measure[] = [],
): ChosenAmounts {
  const entries = MEASURES.flatMap((measure) => {
    const ceiling = given.ceiling?.[measure];
    const configured = given.configured?.[measure];
    const base = configured === undefined ? usual[measure] : { value: configured, from: "config" as const };
    if (base !== undefined) return [[measure, atMost(base, ceiling, "policy")] as const];
    if (ceiling === undefined || counted.includes(measure)) return [];
    return [[measure, { value: ceiling, from: "policy" as const }] as const];
  });
  return Object.fromEntries(entries);
}

/** The bare numbers. */
export function amountsOf(chosen: ChosenAmounts): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => (chosen[measure] === undefined ? [] : [[measure, chosen[measure].value]])),
  );
}
