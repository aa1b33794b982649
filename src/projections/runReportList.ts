import { table } from "./runReportTable.ts";
import type { Cell, Paint, Style } from "./runReportTable.ts";

/** A run as a list shows it. */
export interface ListEntry {
  readonly id: string;
  readonly repository: string;
  readonly issueNumber: number;
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  readonly held: boolean;
  readonly phases: number;
  readonly phasesEnded: number;
  readonly updatedAt: Date;
}

const COLUMNS = [
  { title: "RUN" },
  { title: "ISSUE" },
  { title: "STATE" },
  { title: "PHASES", align: "right" },
  { title: "UPDATED (UTC)" },
  { title: "TITLE" },
] as const;

/** Runs as a table, in the order given. */
export function runList(runs: readonly ListEntry[], paint: Paint): readonly string[] {
  return table(
    COLUMNS,
    runs.map((run) => [
      { text: run.id, style: "strong" },
      `${run.repository}#${run.issueNumber}`,
      stateCell(run),
      `${run.phasesEnded}/${run.phases}`,
      run.updatedAt.toISOString().slice(0, 16).replace("T", " "),
      run.title,
    ]),
    paint,
  );
}

function stateCell({ state, reason, held }: ListEntry): Cell {
  const words = held ? `${state}, held` : state;
  return { text: reason === null ? words : `${words}: ${reason}`, style: held ? "busy" : stateStyle(state) };
}

/** Of a run, tier, wave, phase or attempt: their states share their words. */
export function stateStyle(state: string): Style {
  if (["promoted", "promotable", "complete", "completed", "clean"].includes(state)) return "good";
  if (["failed", "timed_out", "lost", "not_clean"].includes(state)) return "bad";
  if (["queued", "pending", "skipped", "cancelled", "no_changes"].includes(state)) return "faint";
  return "busy";
}
