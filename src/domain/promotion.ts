import { shortageText } from "./budgetEvents.ts";
import { findingsConditions } from "./findings/findingsConditions.ts";
import { GATES, isGreen } from "./gate.ts";
import type { GateName } from "./gate.ts";
import { isPassed, overrideOf } from "./overrides.ts";
import { isSatisfied } from "./phase.ts";
import type { Hold, Run } from "./run.ts";

/** One thing a promotion needs, with its evidence and, while it is unmet, the way to clear it. */
export interface Condition {
  readonly name:
    "phases" | "tiers" | "findings" | "gates" | "base" | "approvals" | "plan" | "issue" | "hold" | "ready" | "merge";
  readonly met: boolean;
  readonly evidence: string;
  readonly remedy: string | null;
}

/** Judges a run's head for promotion. Every condition is listed, met or not, in a fixed order. */
export function promotionConditions(run: Run): readonly Condition[] {
  return [
    phases(run),
    ...findingsConditions(run),
    gates(run),
    base(run),
    approvals(run),
    ...plan(run),
    ...issue(run),
    ...hold(run),
    ...ready(run),
    ...merge(run),
  ];
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
  const red = results.filter((result) => !isPassed(run, result)).map((result) => result.gate);
  const overridden = results.filter((result) => !isGreen(result)).map(({ gate }) => overrideText(run, gate));
  const missing = GATES.filter((gate) => !results.some((result) => result.gate === gate));
  if (red.length > 0)
    return {
      name: "gates",
      met: false,
      evidence: `${red.join(", ")} failed`,
      remedy: `\`/autopack fix …\`, push a fix, run it again with \`/autopack ${red[0] ?? ""}\`, or \`/autopack override ${red[0] ?? ""} reason="…"\` (maintain)`,
    };
  if (missing.length > 0)
    return {
      name: "gates",
      met: false,
      evidence: `${missing.join(", ")} not concluded`,
      remedy: "wait: Autopack is at work",
    };
  const evidence = ["preflight, ci and audit are green on this head", ...overridden].join("; but ");
  return { name: "gates", met: true, evidence, remedy: null };
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
    remedy: met
      ? null
      : `\`/autopack approve\`, or an approving review, by someone with write access other than ${run.request.requester}`,
  };
}

/** What the configuration asks for, or the safety profile where that is more. */
export function neededApprovals({ settings, strategy }: Run): number {
  return Math.max(settings?.promotion.approvals ?? 0, strategy?.approvals ?? 0);
}

function overrideText(run: Run, gate: GateName): string {
  const override = overrideOf(run, gate);
  return override === undefined ? gate : `${gate} is overridden by ${override.by}: ${override.reason}`;
}

/** The plan is made of the issue as it read; what it reads now is not obeyed, and not passed over in silence. */
function plan({ edited }: Run): readonly Condition[] {
  if (edited === null) return [];
  const evidence = `${edited.by} edited the issue after the plan was made of it`;
  const remedy =
    "`/autopack resume` goes on with the plan as it is; `/autopack cancel` and `/autopack run` make a new one";
  return [{ name: "plan", met: false, evidence, remedy }];
}

function issue({ closing }: Run): readonly Condition[] {
  if (closing?.closed !== true) return [];
  const evidence = `${closing.by} closed the issue`;
  return [{ name: "issue", met: false, evidence, remedy: "open the issue again, or the run ends" }];
}

/** A pause keeps new work from starting, not a finished head from being merged. */
function hold({ hold: held }: Run): readonly Condition[] {
  if (held === null || (held.kind === "person" && held.how === "pause")) return [];
  if (held.kind === "budget") {
    const remedy = "`/autopack budget +N` by someone with maintain access";
    return [{ name: "hold", met: false, evidence: shortageText(held.shortage), remedy }];
  }
  const evidence = `held by ${held.by}: ${held.reason}`;
  return [{ name: "hold", met: false, evidence, remedy: liftedBy(held) }];
}

/** What ends a person's hold. */
export function liftedBy({ how, byLabel, byDraft }: Extract<Hold, { kind: "person" }>): string {
  if (how === "pause") return "`/autopack resume`";
  if (byLabel === true) return "take the label off, or `/autopack unhold`";
  return byDraft === true ? "mark the pull request as ready for review, or `/autopack unhold`" : "`/autopack unhold`";
}

function ready(run: Run): readonly Condition[] {
  if (run.settings?.promotion.ready !== "on_command" || run.pull?.draft !== true || isReadyAsked(run)) return [];
  return [{ name: "ready", met: false, evidence: "the pull request is a draft", remedy: "`/autopack promote`" }];
}

function isReadyAsked({ promoteAsked, head }: Run): boolean {
  return promoteAsked !== null && promoteAsked.sha === head;
}

/** Whether the draft mark is to come off: nobody holds the run, and the policy does not wait for `/autopack promote`. */
export function isToBeReadied(run: Run): boolean {
  if (run.state.kind !== "promotable" || run.pull?.draft !== true) return false;
  if (run.hold?.kind === "person" && run.hold.how === "hold") return false;
  return run.settings?.promotion.ready !== "on_command" || isReadyAsked(run);
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
