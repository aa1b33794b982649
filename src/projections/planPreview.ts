import type { GroundNote } from "../domain/ground.ts";
import type { PlannedPhase, Problem } from "../domain/plan.ts";
import type { Planned } from "../domain/planned.ts";
import { auditProfile, phaseRules } from "../domain/strategy/phaseRules.ts";
import { phaseReadiness } from "../domain/waves/planReadiness.ts";
import type { PlannedWave } from "../domain/waves/wave.ts";
import type { Wishes } from "../domain/wishes.ts";
import { FAILURES } from "./headline.ts";
import { quoteLine } from "./quoteLine.ts";
import { cell, code, folded, inline } from "./safeMarkdown.ts";

/** What a run of an issue would do, had somebody started it now. */
export interface PlanPreview {
  readonly planned: Planned;
  readonly wishes: Wishes;
  /** In the order in which they would run; empty where there is no plan. */
  readonly waves: readonly PlannedWave[];
}

type Ready = Extract<Planned, { kind: "ready" }>;

const MAX_PHASES = 50;
const MAX_PROBLEMS = 20;

/** A plan that nobody has started, as an answer: what would be done, what it may use, and what stands in its way. */
export function planPreview({ planned, wishes, waves }: PlanPreview): string {
  if (planned.kind === "refused") return refusal(planned);
  if (planned.kind === "unplanned") return unplanned(planned, wishes);
  const { plan, base, quote, ground } = planned;
  const blocked = ground.notes.some(({ level }) => level === "blocks");
  const many = plan.phases.length === 1 ? "one phase" : `${plan.phases.length} phases`;
  const parts = [
    blocked
      ? `🛑 **A run of this issue would not be begun:** something has to be changed first. It would have ${many}.`
      : `📋 **A run of this issue would have ${many}**, built on ${code(base.branch)} at \`${base.sha.slice(0, 7)}\`. Nothing has been started.`,
    ...wayNotes(ground.notes),
    phaseTable(planned, waves),
    facts(planned, wishes),
    `**Likely to use:** ${quoteLine(quote)}.`,
    readinessNotes(planned),
    blocked ? "" : `${START[wishes.form]} starts it.`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Nothing is spent on a preview, so nobody is asked to write a plan for it. */
function unplanned({ base }: Extract<Planned, { kind: "unplanned" }>, { form }: Wishes): string {
  return [
    `📋 **A run of this issue would begin with its planner**, an agent that reads the issue and the repository at ${code(base.branch)} (\`${base.sha.slice(0, 7)}\`) and writes the plan: the issue does not spell one out. Nothing has been started.`,
    `${START[form]} starts it.`,
  ].join("\n\n");
}

const START: Readonly<Record<Wishes["form"], string>> = {
  change: "`/autopack run`, or the label `autopack`,",
  spec: "The label `autopack:spec`",
  dry_run: "`/autopack run dry-run`, or the label `autopack:dry-run`,",
  debt: "`/autopack debt`",
};

function refusal({ reason, message, problems }: Extract<Planned, { kind: "refused" }>): string {
  const shown = problems.slice(0, MAX_PROBLEMS).map(problemLine);
  const rest = problems.length > MAX_PROBLEMS ? [`- … and ${problems.length - MAX_PROBLEMS} more`] : [];
  return [
    `🛑 **A run of this issue would not be begun**: ${FAILURES[reason]}. ${sentence(message)}`,
    ...(shown.length === 0 ? [] : [[...shown, ...rest].join("\n")]),
  ].join("\n\n");
}

function problemLine({ path, line, message }: Problem): string {
  const place = path === null ? "" : `${code(line === null ? path : `${path}:${line}`)}: `;
  return `- ${place}${sentence(message)}`;
}

function wayNotes(notes: readonly GroundNote[]): readonly string[] {
  if (notes.length === 0) return [];
  const lines = notes.map(({ level, message, remedy }) => {
    const mark = level === "blocks" ? "🛑" : "⚠️";
    return `- ${mark} ${sentence(message)} **Remedy:** ${sentence(remedy)}`;
  });
  return [`**In its way:**\n\n${lines.join("\n")}`];
}

function phaseTable({ plan, strategy, settings }: Ready, waves: readonly PlannedWave[]): string {
  const tiers = [...new Set(plan.phases.map(({ tier }) => tier))];
  const rows = plan.phases.slice(0, MAX_PHASES).map((phase, index) => {
    const rules = phaseRules(strategy, phase);
    const wave = waves.findIndex(({ phases }) => phases.includes(index + 1)) + 1;
    const audit = settings.auditor === null ? "–" : (auditProfile(strategy, rules) ?? "–");
    const cells = [
      `${index + 1}`,
      cell(phase.title),
      tiers.length > 1 ? `${tiers.indexOf(phase.tier) + 1}` : "1",
      wave === 0 ? "–" : `${wave}`,
      cell(rules.category, 40),
      rules.ciProfile,
      cell(audit, 40),
      `${phaseReadiness(phase, { strategy, settings }).points}`,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const rest = plan.phases.length > MAX_PHASES ? `\n\n… and ${plan.phases.length - MAX_PHASES} more.` : "";
  const head = ["| # | Phase | Tier | Wave | Category | CI | Audit | Readiness |", "|--:|---|--:|--:|---|---|---|--:|"];
  const names =
    tiers.length > 1
      ? `\n\n${tiers.map((tier, index) => `- **Tier ${index + 1}**, ${cell(tier, 80)}`).join("\n")}`
      : "";
  return [...head, ...rows].join("\n") + rest + names;
}

function facts({ settings, strategy, ground, plan }: Ready, wishes: Wishes): string {
  const needed = Math.max(settings.promotion.approvals, strategy.approvals);
  const lines = [
    ...(wishes.strict ? ["**Held to:** the strict profile, as wished for"] : []),
    ...(wishes.agent === null ? [] : [`**Builder:** ${code(wishes.agent)} of \`agents.alternatives\``]),
    `**Before it builds:** ${settings.planApproval ? "`/autopack approve` of the plan, by somebody else than who starts it" : "nothing is waited for"}`,
    `**Approvals of the result:** ${needed === 0 ? "none" : `${needed}, of its head commit, by others than who starts it`}`,
    `**Merged by:** ${MERGED_BY[settings.promotion.merge]}`,
    ...(ground.rules === null ? [] : rulesLine(ground.rules)),
    ...ownersLine(ground.codeOwners, plan.phases),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

const MERGED_BY: Readonly<Record<Ready["settings"]["promotion"]["merge"], string>> = {
  people: "people",
  autopack: "Autopack, as soon as nothing is missing",
  on_command: "Autopack, at `/autopack promote`",
  github: "GitHub's auto-merge",
  queue: "GitHub's merge queue",
};

function rulesLine(rules: NonNullable<Ready["ground"]["rules"]>): readonly string[] {
  const asked = [
    ...(rules.requiredChecks.length > 0
      ? [`green checks: ${rules.requiredChecks.slice(0, 10).map(code).join(", ")}`]
      : []),
    ...(rules.requiredApprovals > 0 ? [`${rules.requiredApprovals} approving reviews`] : []),
    ...(rules.codeOwnerReview ? ["a review by code owners"] : []),
    ...(rules.conversationResolution ? ["all conversations resolved"] : []),
    ...(rules.signedCommits ? ["signed commits"] : []),
    ...(rules.linearHistory ? ["a linear history"] : []),
    ...(rules.mergeQueue ? ["its merge queue"] : []),
  ];
  return asked.length === 0 ? [] : [`**GitHub asks for:** ${asked.join("; ")}`];
}

function ownersLine(owners: Ready["ground"]["codeOwners"], phases: readonly PlannedPhase[]): readonly string[] {
  if (owners.length === 0 || phases.length === 0) return [];
  // As code: nobody is to be notified of a plan that may never run.
  return [
    `**Code owners of what is likely to change:** ${owners
      .slice(0, 10)
      .map(({ owner }) => code(owner))
      .join(", ")}`,
  ];
}

function readinessNotes({ plan, strategy, settings }: Ready): string {
  const lines = plan.phases.slice(0, MAX_PHASES).flatMap((phase, index) => {
    const { missing } = phaseReadiness(phase, { strategy, settings });
    return missing.length === 0 ? [] : [`- Phase ${index + 1}: ${missing.map((text) => inline(text)).join(" ")}`];
  });
  return lines.length === 0 ? "" : folded("What would make the phases readier", lines.join("\n"));
}

function sentence(text: string): string {
  const shown = inline(text);
  const begun = /^[a-z]/.test(shown) ? shown.charAt(0).toUpperCase() + shown.slice(1) : shown;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
