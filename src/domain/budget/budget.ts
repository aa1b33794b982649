/** What is counted. `seconds`: of agents and commands, added up over what runs side by side. `findings`: distinct minor ones. */
export const MEASURES = ["tokens", "cost_usd", "turns", "seconds", "ci_runs", "findings"] as const;
export type Measure = (typeof MEASURES)[number];

/** Where it is capped, from the smallest to the largest. `issue` and `day` reach over runs; `day` is a repository's, in UTC. */
export const LEVELS = ["attempt", "phase", "tier", "run", "issue", "day"] as const;
export type Level = (typeof LEVELS)[number];

/** A missing measure is unlimited in a cap, and nothing in an amount. Never negative. */
export type Amounts = Readonly<Partial<Record<Measure, number>>>;
export type Budgets = Readonly<Record<Level, Amounts>>;

/** What counts as spent: settled, or still reserved by work that is under way. `reserved` is that part of `spent`. */
export interface Tally {
  readonly spent: Amounts;
  readonly reserved: Amounts;
}

export const NOTHING_SPENT: Tally = { spent: {}, reserved: {} };

/** A cap that leaves no room for what is wanted. */
export interface Shortage {
  readonly level: Level;
  readonly measure: Measure;
  readonly cap: number;
  readonly spent: number;
  /** The part of `spent` that comes free, in whole or in part, when work that is under way ends. Absent: none. */
  readonly reserved?: number;
  /**
   * What added to the run lets it go on with something worth starting: what is lacking at every level that an addition
   * reaches, and a tenth of what was wanted; all of it where it cannot be had in part.
   */
  readonly missing: number;
}

/** What an attempt or a CI run may use, or the first cap that forbids it. */
export type Grant =
  { readonly kind: "granted"; readonly amounts: Amounts } | { readonly kind: "refused"; readonly shortage: Shortage };
