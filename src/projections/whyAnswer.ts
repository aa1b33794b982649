import { promotionConditions } from "../domain/promotion.ts";
import type { Condition } from "../domain/promotion.ts";
import { isFinal, isPaused } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { count, headline } from "./headline.ts";
import { groundRules } from "./groundRules.ts";
import { linkTo } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { cell, inline } from "./safeMarkdown.ts";

/** Everything that keeps a run's change from being merged: what, who can clear it, and how; then what GitHub itself asks. */
export function whyAnswer(view: RunView): string {
  const { run } = view;
  const { emoji, words } = headline(run);
  const title = `${emoji} **${words}**${pullOf(view)}`;
  if (isFinal(run.state)) return `${title}\n\nThe run has ended; \`/autopack run\` on its issue starts a new one.`;
  return [title, ...failure(run), conditions(run), ...paused(run), ...groundRules(run)].join("\n\n");
}

function pullOf(view: RunView): string {
  const { pull } = view.run;
  return pull === null ? "" : ` · pull request [#${pull.number}](${linkTo(view, `pull/${pull.number}`)})`;
}

function failure({ state }: Run): readonly string[] {
  return state.kind === "failed" ? [`**What happened:** ${inline(state.message.split("\n")[0] ?? "", 400)}`] : [];
}

function conditions(run: Run): string {
  const all = promotionConditions(run);
  const unmet = all.filter(({ met }) => !met);
  if (unmet.length === 0) return `Nothing: all ${count(all.length, "condition")} of Autopack are met.`;
  const lines = unmet.map((condition) => unmetLine(condition, run));
  const met = all.filter((condition) => condition.met).map(({ name }) => name);
  const rest = met.length === 0 ? "" : `\n\nMet: ${met.join(", ")}.`;
  return `**Missing, ${unmet.length} of ${count(all.length, "condition")}**\n\n${lines.join("\n")}${rest}`;
}

function unmetLine(condition: Condition, run: Run): string {
  const { name, evidence, remedy } = condition;
  const what = `- ⬜ **${name}**: ${inline(evidence)}`;
  if (remedy === null) return what;
  if (remedy.startsWith("wait")) return `${what} → ${isPaused(run) ? "when the run goes on" : "Autopack is at work"}`;
  return `${what}\n  - **who:** ${whoClears(condition, run)}\n  - **how:** ${inline(remedy)}`;
}

/** Who can do something about an unmet condition. */
function whoClears({ name, remedy }: Condition, run: Run): string {
  switch (name) {
    case "approvals":
      return `people with write access, except ${cell(run.request.requester)}, who asked for the run; no bot counts`;
    case "findings":
      return "people with maintain access (a rollback)";
    case "tiers":
      return remedy?.includes("rollback") === true ? "people with maintain access (a rollback)" : WRITERS;
    case "hold":
      return run.hold?.kind === "budget" ? "people with maintain access" : WRITERS;
    case "issue":
      return "whoever may open the issue again: its author, or people with triage access";
    case "merge":
      return "people with write access, or an administrator of the repository";
    case "phases":
    case "gates":
    case "base":
    case "plan":
    case "ready":
      return WRITERS;
  }
}

const WRITERS = "people with write access";

/** A pause keeps nothing from being merged, but what is not done yet from being done. */
function paused({ hold }: Run): readonly string[] {
  if (hold?.kind !== "person" || hold.how !== "pause") return [];
  return [
    `⏸️ ${cell(hold.by)} has paused the run (${inline(hold.reason)}): \`/autopack resume\`, by people with write access.`,
  ];
}
