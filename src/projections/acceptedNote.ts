import type { AcceptedNote } from "../domain/answer.ts";
import { MEASURES } from "../domain/budget/budget.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import { capsOf } from "../domain/budget/capsOf.ts";
import type { Run } from "../domain/run.ts";
import { amount } from "./runReportHold.ts";
import { cell } from "./safeMarkdown.ts";

/** What somebody wants to know whose command was accepted, in a line. */
export function acceptedNote(note: AcceptedNote, run: Run): string {
  switch (note.kind) {
    case "budget":
      return `👍 ${raised(note.extra, run)}${still(run)}`;
    case "promote":
      return `👍 ${promoted(run)}`;
  }
}

function raised(extra: Amounts, run: Run): string {
  const caps = run.strategy === null ? {} : capsOf(run, null, {}).run;
  const lines = MEASURES.flatMap((measure) => {
    const more = extra[measure] ?? 0;
    const cap = caps[measure];
    if (more === 0) return [];
    const whole = cap === undefined ? "for each of its phases" : `${amount(measure, cap)} in all`;
    return [`${amount(measure, more)} more (${whole})`];
  });
  return `The run may use ${lines.join(", ")}.`;
}

function still({ hold }: Run): string {
  if (hold?.kind !== "person") return "";
  const lift = hold.how === "hold" ? "/autopack unhold" : "/autopack resume";
  return ` It is still ${hold.how === "hold" ? "held" : "paused"} by ${cell(hold.by)}: \`${lift}\` lets it go on.`;
}

function promoted({ settings, state }: Run): string {
  if (state.kind === "promoted") return "It is merged.";
  switch (settings?.promotion.merge ?? "people") {
    case "people":
      return "The pull request is marked as ready; people merge here, so merge it on GitHub.";
    case "autopack":
    case "on_command":
      return "Autopack marks it as ready and merges it now.";
    case "github":
      return "GitHub's auto-merge is switched on: it merges as soon as what the branch asks for is met.";
    case "queue":
      return "It goes into the merge queue, which merges it when its own checks are green.";
  }
}
