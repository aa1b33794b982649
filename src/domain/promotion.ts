import { shortageText } from "./budgetEvents.ts";
import { findingsConditions } from "./findings/findingsConditions.ts";
import { GATES, isGreen } from "./gate.ts";
import { isSatisfied } from "./phase.ts";
import type { Run } from "./run.ts";

/** One thing a promotion needs, with its evidence and, while it is unmet, the way to clear it. */
export interface Condition {
  readonly name: "phases" | "tiers" | "findings" | "gates" | "base" | "approvals" | "hold" | "merge";
  readonly met: boolean;
  readonly evidence: string;
  readonly remedy: string | null;
}

/** Judges a run's head for promotion. Every condition is listed, met or not, in a fixed order. */
export function promotionConditions(run: Run): readonly Condition[] {
  return [phases(run), ...findingsConditions(run), gates(run), base(run), approvals(run), ...hold(run), ...merge(run)];
}

export function isPromotable(run: Run): boolean {
  return run.state.kind === "promotable" && promotionConditions(run).every((condition) => condition.met);
}

/** People who approved this very head. */
export function freshApprovals(run: Run): readonly string[] {
  return run.approvals.filter((approval) => approval.sha === run.head).map((approval) => approval.by);
}

function phases(run: Run): Condition {
  const settled = run.phases.filter(isSatisfied).length;
  const met = run.phases.length > 0 && settled === run.phases.length;
  const failed = run.phases.find((phase) => phase.state.kind === "failed");
  return {
    name: "phases",
    met,
    evidence: `${settled} of ${run.phases.length} phases done`,
    remedy: met ? null : failed === undefined ? "wait: Autopack is at work" : "`/autopack retry`",
  };
}

function gates(run: Run): Condition {
  const results = run.gates.filter((result) => result.sha === run.head);
  const red = results.filter((result) => !isGreen(result)).map((result) => result.gate);
  const missing = GATES.filter((gate) => !results.some((result) => result.gate === gate));
  if (red.length > 0)
    return {
      name: "gates",
      met: false,
      evidence: `${red.join(", ")} failed`,
      remedy: "`/autopack retry`, or push a fix",
    };
  if (missing.length > 0)
    return {
      name: "gates",
      met: false,
      evidence: `${missing.join(", ")} not concluded`,
      remedy: "wait: Autopack is at work",
    };
  return { name: "gates", met: true, evidence: "preflight, ci and audit are green on this head", remedy: null };
}

function base(run: Run): Condition {
  const met = run.state.kind === "promotable" && run.verifiedBase !== null;
  const evidence = met
    ? `verified together with the base at ${run.verifiedBase?.slice(0, 7)}`
    : "not yet verified together with the base";
  return {
    name: "base",
    met,
    evidence,
    remedy: met ? null : run.state.kind === "failed" ? "`/autopack retry`" : "wait: Autopack is at work",
  };
}

function approvals(run: Run): Condition {
  const needed = neededApprovals(run);
  const given = freshApprovals(run);
  if (needed === 0) return { name: "approvals", met: true, evidence: "no approval is asked for", remedy: null };
  const evidence =
    given.length === 0
      ? `0 of ${needed} approvals of this head`
      : `${given.length} of ${needed} approvals of this head (${given.join(", ")})`;
  const met = given.length >= needed;
  return {
    name: "approvals",
    met,
    evidence,
    remedy: met ? null : `\`/autopack approve\` by someone with write access other than ${run.request.requester}`,
  };
}

/** What the configuration asks for, or the safety profile where that is more. */
export function neededApprovals({ settings, strategy }: Run): number {
  return Math.max(settings?.promotion.approvals ?? 0, strategy?.approvals ?? 0);
}

function hold({ id, hold: held }: Run): readonly Condition[] {
  if (held === null) return [];
  const evidence = held.kind === "budget" ? shortageText(held.shortage) : `held by ${held.by}: ${held.reason}`;
  return [{ name: "hold", met: false, evidence, remedy: `\`autopack runs resume ${id}\`` }];
}

function merge(run: Run): readonly Condition[] {
  const refusal = run.mergeRefusal;
  if (refusal === null || refusal.sha !== run.head) return [];
  return [
    {
      name: "merge",
      met: false,
      evidence: `GitHub would not merge: ${refusal.message}`,
      remedy: "clear what GitHub names, then `/autopack retry`, or merge by hand",
    },
  ];
}
