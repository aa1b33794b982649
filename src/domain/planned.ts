import type { Quote } from "./budget/quote.ts";
import type { Ground } from "./ground.ts";
import type { Sha } from "./ids.ts";
import type { Plan, Problem } from "./plan.ts";
import type { FailureReason } from "./run.ts";
import type { Settings } from "./settings.ts";
import type { Strategy } from "./strategy/strategy.ts";

/** The commit that something was read from, or is to be built on. */
export interface BaseCommit {
  readonly branch: string;
  readonly sha: Sha;
}

/** What a request comes to in a repository as it stands: a plan with everything it is made and judged by, or why there is none. */
export type Planned =
  | {
      readonly kind: "ready";
      readonly base: BaseCommit;
      readonly settings: Settings;
      readonly strategy: Strategy;
      readonly configHash: string;
      readonly plan: Plan;
      readonly quote: Quote;
      readonly agedFindings: readonly string[];
      readonly ground: Ground;
    }
  /** The issue does not spell a plan out: an agent is to write one. */
  | {
      readonly kind: "unplanned";
      readonly base: BaseCommit;
      readonly settings: Settings;
      readonly strategy: Strategy;
      readonly configHash: string;
    }
  | {
      readonly kind: "refused";
      /** Null when the repository has no such branch to read a configuration from. */
      readonly base: BaseCommit | null;
      readonly reason: FailureReason;
      readonly message: string;
      readonly problems: readonly Problem[];
    };
