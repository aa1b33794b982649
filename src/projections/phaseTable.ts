import type { Phase } from "../domain/phase.ts";
import { isDryRun } from "../domain/run.ts";
import type { Tier } from "../domain/tier.ts";
import { cell, inline } from "./safeMarkdown.ts";
import { linkTo, shortSha } from "./runView.ts";
import type { RunView } from "./runView.ts";

/** Phases shown; the others are counted. A run has 25 at most by default. */
const MAX_ROWS = 50;

/**
 * A run's phases as a Markdown table.
 *
 * What a phase at work is at right now is not shown: every step of every phase would cost an API call.
 */
export function phaseTable(view: RunView): string {
  const { phases, tiers } = view.run;
  const showsTiers = tiers.length > 1;
  const rows = phases.slice(0, MAX_ROWS).map((phase) => row(view, phase));
  const rest = phases.length > MAX_ROWS ? `\n\n… and ${phases.length - MAX_ROWS} more.` : "";
  const head = ["| # | Phase | Category | State | Commit | Tries |", "|--:|---|---|---|---|---|"];
  return [...head, ...rows].join("\n") + rest + (showsTiers ? `\n\n${tierList(tiers)}` : "");
}

/** Tiers in order, each with what its cleanliness lacks. */
function tierList(tiers: readonly Tier[]): string {
  return tiers
    .map(({ ordinal, title, state, cleanliness, reasons }) => {
      const judged =
        cleanliness === null
          ? ""
          : cleanliness === "clean"
            ? ", clean"
            : `, not clean: ${reasons.map((reason) => inline(reason)).join("; ")}`;
      return `- **Tier ${ordinal}**, ${cell(title, 80)}: ${state.replaceAll("_", " ")}${judged}`;
    })
    .join("\n");
}

function row(view: RunView, phase: Phase): string {
  const commit =
    phase.state.kind === "complete" && !isDryRun(view.run)
      ? `[\`${shortSha(phase.state.sha)}\`](${linkTo(view, `commit/${phase.state.sha}`)})`
      : "";
  return `| ${phase.ordinal} | ${cell(phase.plan.title)} | ${categoryOf(phase)} | ${stateOf(phase)} | ${commit} | ${tries(phase)} |`;
}

function categoryOf({ category, plan }: Phase): string {
  const asked = cell(plan.category, 40);
  return category === plan.category ? asked : `${cell(category, 40)} (planned as ${asked})`;
}

function stateOf({ state }: Phase): string {
  switch (state.kind) {
    case "queued":
      return "⏳ waiting";
    case "building":
    case "checking":
    case "auditing":
    case "integrating":
      return "🔨 at work";
    case "complete":
      return "✅ complete";
    case "failed":
      return "❌ failed";
    case "skipped":
      return `⏭️ skipped: ${cell(state.reason, 80)}`;
  }
}

/** Attempts are counted once the phase is over, for the reason above; failures and revisions are news at once. */
function tries({ attempt, retryAttempt, revisionEpoch, escalationLevel, state }: Phase): string {
  const over = state.kind === "complete" || state.kind === "failed" || state.kind === "skipped";
  const parts = [
    over && attempt !== null ? [attempt.number === 1 ? "1 attempt" : `${attempt.number} attempts`] : [],
    retryAttempt > 0 ? [`${retryAttempt} failed`] : [],
    escalationLevel > 0 ? [escalationLevel === 1 ? "escalated" : `escalated ${escalationLevel} times`] : [],
    revisionEpoch > 0 ? [revisionEpoch === 1 ? "1 revision" : `${revisionEpoch} revisions`] : [],
  ];
  return parts.flat().join(", ");
}
