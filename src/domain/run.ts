import type { Amounts, Shortage } from "./budget/budget.ts";
import type { Quote } from "./budget/quote.ts";
import type { Awaiting } from "./awaitedCheck.ts";
import type { GateName, GateResult } from "./gate.ts";
import type { AcceptedObjections } from "./objection.ts";
import type { Ground } from "./ground.ts";
import type { PhaseId, RunId, Sha } from "./ids.ts";
import type { Phase } from "./phase.ts";
import type { Plan, Problem } from "./plan.ts";
import type { Repository } from "./repository.ts";
import type { Settings } from "./settings.ts";
import type { CiProfile, Strategy } from "./strategy/strategy.ts";
import type { Triage } from "./triage/triage.ts";
import type { Tier } from "./tier.ts";
import type { Wave } from "./waves/wave.ts";
import type { Wishes } from "./wishes.ts";

export type FailureReason =
  | "budget_exhausted"
  | "policy_violation"
  | "requires_human_review"
  | "environment"
  | "config_missing"
  | "config_invalid"
  /** The issue does not say enough to be worked on, or not something that can be: its author is asked. */
  | "needs_clarification"
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
      /** Of an issue that was not begun as it reads. */
      readonly triage?: Triage;
    }
  | {
      readonly kind: "cancelled";
      readonly by: string;
      readonly why: CancelCause;
    };

/** `repository_gone` and what follows it: Autopack can do nothing there any more. */
export type CancelCause =
  "command" | "pull_request_closed" | "issue_closed" | "repository_gone" | "repository_archived" | "access_removed";

/** What was asked for, as it stood when it was asked. Later edits of the issue change nothing. */
export interface Request {
  readonly issueNumber: number;
  readonly title: string;
  readonly body: string;
  readonly requester: string;
  readonly wishes: Wishes;
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
  /** `pause` starts nothing new; `hold` also keeps the head from being merged. `byLabel`: until the label is taken off. */
  | {
      readonly kind: "person";
      readonly how: "pause" | "hold";
      readonly by: string;
      readonly reason: string;
      readonly byLabel?: true;
      /** Until the pull request is marked as ready again. */
      readonly byDraft?: true;
    };

/** The issue as it reads now, where that is not what the plan was made of. Never obeyed; shown, and decided by a person. */
export interface IssueEdit {
  readonly by: string;
  readonly title: string;
  readonly body: string;
}

/** An issue that was closed under a live run: it ends with a grace, unless the issue is opened again. */
export interface Closing {
  readonly by: string;
  /** Grows with every closing, so that the end of an earlier grace is stale. */
  readonly epoch: number;
  /** False once the issue is open again. */
  readonly closed: boolean;
}

/** Somebody's decision to let a head pass a gate that is red. */
export interface Override {
  readonly gate: GateName;
  readonly sha: Sha;
  readonly by: string;
  readonly reason: string;
}

/** Gates to be run again on a head that has been judged. */
export interface Rerun {
  readonly gates: readonly GateName[];
  /** Null: the profile that the landed phases call for. */
  readonly profile: CiProfile | null;
  /** The base moved while the head was being verified: it is verified once more. */
  readonly baseMoved?: true;
}

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
  /**
   * The writing of the plan by an agent, where the issue does not spell one out: a phase of its own, with ordinal and tier 0,
   * that lands nothing and is never among `phases`. Null where no planner was called.
   */
  readonly planner: Phase | null;
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
  readonly overrides: readonly Override[];
  /** What people let the rules' objections stand for. */
  readonly accepted: readonly AcceptedObjections[];
  /** What people asked to be run again, until the run has been verified. */
  readonly rerun: Rerun | null;
  /** The repository's own checks that the verification waits for. */
  readonly awaiting: Awaiting | null;
  /** Who asked for the promotion of which head, where the policy waits for that. */
  readonly promoteAsked: { readonly sha: Sha; readonly by: string } | null;
  readonly edited: IssueEdit | null;
  readonly closing: Closing | null;
  /** What GitHub asks of the base branch, and what stands in the way. */
  readonly ground: Ground | null;
  /** The commit on the base that took this run's work back. */
  readonly reverted: { readonly sha: Sha; readonly by: string } | null;
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

/** A run that starts nothing new: it is held, its issue was edited under the plan, or was closed. What runs goes on to its end. */
export function isPaused({ hold, edited, closing }: Run): boolean {
  return hold !== null || edited !== null || closing?.closed === true;
}

/** A run that does everything but push and open. */
export function isDryRun({ request }: Run): boolean {
  return request.wishes.form === "dry_run";
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
    planner: null,
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
    overrides: [],
    accepted: [],
    rerun: null,
    awaiting: null,
    promoteAsked: null,
    edited: null,
    closing: null,
    ground: null,
    reverted: null,
  };
}
