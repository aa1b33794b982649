import type { Complexity } from "../strategy/strategy.ts";

/** What an amount of work is likely to use. */
export interface Estimate {
  readonly tokens: { readonly p50: number; readonly p90: number };
  readonly costUsd: { readonly p50: number; readonly p90: number };
  readonly seconds: { readonly p50: number; readonly p90: number };
}

/** Estimates of a plan. `history`: from finished phases like it in this repository; `table`: the caps, where there are too few. */
export interface Quote {
  readonly total: Estimate;
  readonly phases: readonly {
    readonly ordinal: number;
    readonly source: "history" | "table";
    readonly estimate: Estimate;
  }[];
}

/** What a phase that landed or failed has used over all its attempts. `complexity`: its plan's; null: its category's. */
export interface PastPhase {
  readonly category: string;
  readonly complexity: Complexity | null;
  readonly tokens: number;
  readonly costUsd: number;
  readonly seconds: number;
}
