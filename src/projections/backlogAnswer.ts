import type { BacklogEntry } from "../domain/findings/backlogEntry.ts";
import { count } from "./headline.ts";
import { cell } from "./safeMarkdown.ts";

/** Findings shown; `autopack backlog list` has them all. */
export const MAX_BACKLOG_ROWS = 50;

/** A repository's open findings, those due for cleaning up first. `entries`: one more than is shown says that there are more. */
export function backlogAnswer(entries: readonly BacklogEntry[]): string {
  if (entries.length === 0) return "🧹 The backlog is empty: nothing that runs have found is open.";
  const sorted = [...entries.filter(isDue), ...entries.filter((entry) => !isDue(entry))];
  const rows = sorted.slice(0, MAX_BACKLOG_ROWS).map(row);
  const due = entries.filter(isDue).length;
  const more = entries.length > MAX_BACKLOG_ROWS;
  const found = `${more ? "More than " : ""}${count(Math.min(entries.length, MAX_BACKLOG_ROWS), "open finding")}`;
  const next =
    due === 0
      ? "None is due for cleaning up yet."
      : `${due} of them ${due === 1 ? "is" : "are"} due for cleaning up: \`/autopack debt\` starts a run that does.`;
  return [
    `🧹 **${found}.** ${next}`,
    ["| Status | Severity | Finding | Where | Seen in | Last run |", "|---|---|---|---|---|---|", ...rows].join("\n"),
    ...(more ? ["`autopack backlog list` on the server shows them all."] : []),
  ].join("\n\n");
}

function isDue({ status }: BacklogEntry): boolean {
  return status === "needs_cleanup";
}

function row({ status, severity, title, path, age, lastRun }: BacklogEntry): string {
  const where = path === null ? "" : cell(path);
  return `| ${status.replaceAll("_", " ")} | ${severity} | ${cell(title)} | ${where} | ${count(age.runs, "run")} | ${cell(lastRun)} |`;
}
