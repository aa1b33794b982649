import type { Sha } from "../ids.ts";
import type { Impact } from "./impact.ts";

export type WaveState = "pending" | "running" | "completed" | "failed" | "cancelled";

/** Phases of one tier that are built side by side. */
export interface Wave {
  /** From 1, over the whole run. */
  readonly number: number;
  /** Ordinal of the tier, from 1. */
  readonly tier: number;
  /** Ordinals of the phases, in the order in which they start. */
  readonly phases: readonly number[];
  readonly state: WaveState;
  /** The head all its phases start from; null until it runs. */
  readonly base: Sha | null;
}

/** What wave planning needs to know of a phase. */
export interface WavePhase {
  readonly ordinal: number;
  readonly tier: number;
  /** Ordinals; those not among the phases to be planned count as done. */
  readonly dependsOn: readonly number[];
  /** Empty: undeclared, so it runs alone. */
  readonly impacts: readonly Impact[];
  /** 0 is the most urgent, 2 the default. */
  readonly priority: 0 | 1 | 2;
}

/** A wave as planned. */
export type PlannedWave = Pick<Wave, "tier" | "phases">;
