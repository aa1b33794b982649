import type { Call } from "../github/callLog.ts";
import type { RealAgent } from "./demoAgents.ts";
import type { Commit, Facts } from "./facts.ts";

/** What came of the demo. The keys are those of `--json`. */
export interface Result {
  /** Of the run in Autopack's database; `none` when there was none. */
  readonly state: string;
  readonly pull_request: {
    readonly number: number;
    readonly url: string;
    readonly state: string;
    readonly merged: boolean;
    readonly head: string;
  } | null;
  /** On the base branch, oldest first, without what was there before. */
  readonly commits: readonly { readonly sha: string; readonly subject: string }[];
  readonly checks: readonly { readonly name: string; readonly conclusion: string | null }[];
  readonly tiers: readonly { readonly title: string; readonly state: string; readonly cleanliness: string | null }[];
  readonly phases: readonly { readonly title: string; readonly failures: number; readonly revisions: number }[];
  /** The most Builders that were at work at one moment. */
  readonly side_by_side: number;
  readonly backlog: readonly {
    readonly title: string;
    readonly path: string | null;
    readonly severity: string;
    readonly status: string;
  }[];
  /** Calls to GitHub's API, as GitHub counts them, so without git's and those answered with 304; tokens for the App aside. */
  readonly api_calls: number;
  /** From the label to the news of the merge. */
  readonly ms: number;
  /** Where a real agent was at work: what the model gateway metered. */
  readonly spend?: { readonly agent: string; readonly tokens: number; readonly cost_usd: number };
}

/** When it did not get to its end. */
export const NOTHING: Result = {
  state: "none",
  pull_request: null,
  commits: [],
  checks: [],
  tiers: [],
  phases: [],
  side_by_side: 0,
  backlog: [],
  api_calls: 0,
  ms: 0,
};

/** The exchange of the App's key for a token, one an hour. */
const TOKENS = /^\/app\/installations\/\d+\/access_tokens$/;

export interface Ending {
  readonly state: string;
  readonly facts: Facts | null;
  readonly calls: readonly Call[];
  readonly ms: number;
  readonly agent: RealAgent | null;
}

export function resultOf({ state, facts, calls, ms, agent }: Ending): Result {
  const pull = facts?.view.pulls[0];
  return {
    state,
    pull_request:
      pull === undefined
        ? null
        : { number: pull.number, url: pull.url, state: pull.state, merged: pull.merged, head: pull.headSha },
    commits: landed(facts).map(({ sha, subject }) => ({ sha, subject })),
    checks: (facts?.view.checks ?? []).map(({ name, conclusion }) => ({ name, conclusion })),
    tiers: facts?.record.tiers ?? [],
    phases: (facts?.record.phases ?? []).map(({ title, failures, revisions }) => ({ title, failures, revisions })),
    side_by_side: Math.max(0, ...(facts?.record.waves ?? []).map(({ sideBySide }) => sideBySide)),
    backlog: facts?.record.backlog ?? [],
    api_calls: countedCalls(calls),
    ms: Math.round(ms),
    ...(agent === null ? {} : { spend: spendOf(agent, facts) }),
  };
}

function spendOf(agent: RealAgent, facts: Facts | null): NonNullable<Result["spend"]> {
  const { tokens = 0, costUsd = 0 } = facts?.record.spend ?? {};
  return { agent: agent.backend, tokens, cost_usd: costUsd };
}

function landed(facts: Facts | null): readonly Commit[] {
  return (facts?.git.commits ?? []).filter(({ parents }) => parents.length > 0).toReversed();
}

function countedCalls(calls: readonly Call[]): number {
  return calls.filter(({ kind, conditional, path }) => kind !== "git" && !conditional && !TOKENS.test(path)).length;
}
