import type { Amounts, Shortage } from "./budget/budget.ts";
import type { Quote } from "./budget/quote.ts";
import type { GateResult } from "./gate.ts";
import type { PhaseId, RunId, Sha } from "./ids.ts";
import type { Phase } from "./phase.ts";
import type { Plan, Problem } from "./plan.ts";
import type { Repository } from "./repository.ts";
import type { Settings } from "./settings.ts";
import type { Strategy } from "./strategy/strategy.ts";
import type { Tier } from "./tier.ts";
import type { Wave } from "./waves/wave.ts";

export type FailureReason =
  | "budget_exhausted"
  | "policy_violation"
  | "requires_human_review"
  | "environment"
  | "config_missing"
  | "config_invalid"
  | "plan_invalid"
  | "phases_failed";

export type RunState =
  | { readonly kind: "queued" }
  | { readonly kind: "planning" }
  | { readonly kind: "awaiting_approval" }
  | { readonly kind: "building" }
  | { readonly kind: "verifying" }
  | { readonly kind: "promotable" }
  | { readonly kind: "promoted"; readonly sha: Sha; readonly by: string }
  | { readonly kind: "no_changes" }
  | {
      readonly kind: "failed";
      readonly reason: FailureReason;
      readonly message: string;
      readonly problems: readonly Problem[];
    }
  | {
      readonly kind: "cancelled";
      readonly by: string;
      readonly why: "command" | "pull_request_closed" | "issue_closed";
    };

/** What was asked for, as it stood when it was asked. Later edits of the issue change nothing. */
export interface Request {
  readonly issueNumber: number;
  readonly title: string;
  readonly body: string;
  readonly requester: string;
}

/** Somebody's yes to one commit. It dies when the head moves. */
export interface Approval {
  readonly sha: Sha;
  readonly by: string;
}

/** A held run starts nothing new; what runs goes on to its end. */
export type Hold =
  /** `phaseId`: whose work was refused; null when it was the run's verification. */
  | { readonly kind: "budget"; readonly shortage: Shortage; readonly phaseId: PhaseId | null }
  | { readonly kind: "person"; readonly by: string; readonly reason: string };

/** A way back to an earlier head, while the branch has not been moved there yet. */
export interface Rollback {
  readonly from: Sha;
  readonly to: Sha;
  readonly by: string;
}

export interface PullRequest {
  readonly number: number;
  readonly nodeId: string;
  readonly draft: boolean;
}

/** The aggregate: one feature's way from a label to a merge. */
export interface Run {
  readonly id: RunId;
  readonly repository: Repository;
  readonly request: Request;
  readonly state: RunState;
  readonly settings: Settings | null;
  readonly strategy: Strategy | null;
  /** SHA-256 of the configuration file that `settings` came from. */
  readonly configHash: string | null;
  /** Where the run started from. */
  readonly base: { readonly branch: string; readonly sha: Sha } | null;
  readonly plan: Plan | null;
  /** What this plan is likely to use, by the repository's own history. */
  readonly quote: Quote | null;
  readonly tiers: readonly Tier[];
  readonly waves: readonly Wave[];
  readonly phases: readonly Phase[];
  /** The phase whose turn it is on the integration branch: one lands at a time. */
  readonly landing: PhaseId | null;
  readonly hold: Hold | null;
  /** What people added to the run's caps. */
  readonly extraBudget: Amounts;
  readonly rollback: Rollback | null;
  /** Keys of findings that were due for cleaning up when the run was planned: they count as major in it. */
  readonly agedFindings: readonly string[];
  /** The integration branch's head as last read back; null until the first push. */
  readonly head: Sha | null;
  /** What the gates say of `head`. */
  readonly gates: readonly GateResult[];
  /** The tip of the base branch that `head` was last verified against. */
  readonly verifiedBase: Sha | null;
  /** Commits on the integration branch that people pushed. */
  readonly foreignCommits: number;
  readonly pull: PullRequest | null;
  readonly approvals: readonly Approval[];
  /** GitHub's words when it would not merge this head; asked again only after something changed. */
  readonly mergeRefusal: { readonly sha: Sha; readonly message: string } | null;
}

export type RunStateKind = RunState["kind"];

/** States nothing leaves. A failed run is not one of them: `retry` takes it up again. */
export function isFinal(state: RunState): boolean {
  return state.kind === "promoted" || state.kind === "no_changes" || state.kind === "cancelled";
}

/** A live run holds its issue: no second one may start there. */
export function isLiveRun(state: RunState): boolean {
  return !isFinal(state) && state.kind !== "failed";
}

/** A run as it begins: asked for, and nothing known yet. */
export function newRun(order: { readonly id: RunId; readonly repository: Repository; readonly request: Request }): Run {
  return {
    ...order,
    state: { kind: "queued" },
    settings: null,
    strategy: null,
    configHash: null,
    base: null,
    plan: null,
    quote: null,
    tiers: [],
    waves: [],
    phases: [],
    landing: null,
    hold: null,
    extraBudget: {},
    rollback: null,
    agedFindings: [],
    head: null,
    gates: [],
    verifiedBase: null,
    foreignCommits: 0,
    pull: null,
    approvals: [],
    mergeRefusal: null,
  };
}
