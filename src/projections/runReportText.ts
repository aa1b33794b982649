import type { Measure } from "../domain/budget/budget.ts";
import { historyLine, utcSeconds } from "./runReportHistory.ts";
import { amount } from "./runReportHold.ts";
import { stateStyle } from "./runReportList.ts";
import { phaseLines } from "./runReportPhase.ts";
import type { RunReport } from "./runReport.ts";
import { shownLine, table } from "./runReportTable.ts";
import type { Column, Paint } from "./runReportTable.ts";

/** A run as lines for a terminal; parts that have nothing to show are left out. */
export function runReportText(report: RunReport, paint: Paint): readonly string[] {
  const parts = [
    head(report, paint),
    spend(report, paint),
    tiers(report, paint),
    waves(report, paint),
    ...(report.planner === null ? [] : [phaseLines(report.planner, paint)]),
    ...report.phases.map((phase) => phaseLines(phase, paint)),
    gates(report, paint),
    checkpoints(report, paint),
    history(report, paint),
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ["", ...part]));
}

function head(report: RunReport, paint: Paint): readonly string[] {
  const title = `${paint(report.id, "strong")}  ${report.repository}#${report.issue}  ${shownLine(report.title, 80)}`;
  const facts: readonly (readonly [string, string | null])[] = [
    ["state", stateWords(report)],
    ["held", report.hold?.why ?? null],
    [
      "rolled back",
      report.rollback === null ? null : `to ${report.rollback.to.slice(0, 7)} by ${report.rollback.by}, under way`,
    ],
    ["to go on", report.go_on],
    ["asked for", `by ${report.requester}, ${utcSeconds(report.created_at)}`],
    ["ended", report.ended_at === null ? null : utcSeconds(report.ended_at)],
    ["base", report.base === null ? null : `${report.base.branch} at ${report.base.sha.slice(0, 7)}`],
    ["branch", branch(report)],
    ["GitHub", apiCalls(report)],
    ["strategy", report.strategy === null ? null : `${report.strategy.profile}, ${report.strategy.hash.slice(0, 12)}`],
  ];
  const rows = facts.flatMap(([name, value]) =>
    value === null ? [] : [[{ text: name, style: "faint" as const }, value]],
  );
  return [title, ...indented(table([{ title: "" }, { title: "", max: 400 }], rows, paint))];
}

function stateWords({ state, detail, phases }: RunReport): string {
  const { reason, message, by } = detail as Partial<Record<"reason" | "message" | "by", string>>;
  if (reason !== undefined) return `${state}: ${reason}${message === undefined ? "" : `, ${shownLine(message, 300)}`}`;
  if (by !== undefined) return `${state} by ${by}`;
  const ended = phases.filter((phase) => ["complete", "failed", "skipped"].includes(phase.state)).length;
  return phases.length === 0 ? state : `${state}, ${ended} of ${phases.length} phases ended`;
}

function apiCalls({ api_calls: { calls, conditional } }: RunReport): string | null {
  if (calls === 0) return null;
  const free = conditional === 0 ? "" : `, and ${conditional} that brought nothing new`;
  return `${calls} API ${calls === 1 ? "call" : "calls"}${free}`;
}

function branch({ branch: name, head: sha, pull_request: pull }: RunReport): string | null {
  if (name === null || sha === null) return null;
  const request = pull === null ? "" : `, pull request #${pull.number}${pull.draft ? " (draft)" : ""}`;
  return `${name} at ${sha.slice(0, 7)}${request}`;
}

function spend({ spend: lines, quote, extra_budget: extra }: RunReport, paint: Paint): readonly string[] {
  const quotes: Partial<Record<Measure, { readonly p50: number; readonly p90: number }>> = quote ?? {};
  const rows = lines.map(({ level, measure, spent, reserved, cap }) => [
    level === "day" ? "repository, today" : level,
    amount(measure, spent),
    reserved === 0 ? "–" : amount(measure, reserved),
    cap === null ? "–" : amount(measure, cap),
    extra[measure] === undefined || level === "day" ? "–" : `+${amount(measure, extra[measure])}`,
    quotes[measure] === undefined || level !== "run"
      ? "–"
      : `${amount(measure, quotes[measure].p50)} – ${amount(measure, quotes[measure].p90)}`,
  ]);
  const columns: readonly Column[] = [
    { title: "SPENT BY" },
    { title: "SPENT", align: "right" },
    { title: "OF IT RESERVED", align: "right" },
    { title: "CAP", align: "right" },
    { title: "ADDED", align: "right" },
    { title: "QUOTE (P50 – P90)", align: "right" },
  ];
  return rows.length === 0 ? [] : indented(table(columns, rows, paint));
}

function tiers({ tiers: lines }: RunReport, paint: Paint): readonly string[] {
  if (lines.length === 0) return [];
  const rows = lines.map(({ ordinal, title, state, cleanliness, reasons }) => [
    String(ordinal),
    { text: state, style: stateStyle(state) },
    { text: cleanliness ?? "–", style: cleanliness === null ? ("faint" as const) : stateStyle(cleanliness) },
    title,
    reasons.join("; "),
  ]);
  const columns: readonly Column[] = [
    { title: "TIER", align: "right" },
    { title: "STATE" },
    { title: "CLEANLINESS" },
    { title: "TITLE" },
    { title: "REASONS", max: 200 },
  ];
  return indented(table(columns, rows, paint));
}

function waves({ waves: lines }: RunReport, paint: Paint): readonly string[] {
  if (lines.length === 0) return [];
  const rows = lines.map(({ number, tier, state, base, phases, complete, failed, at_work: atWork }) => [
    String(number),
    String(tier),
    { text: state, style: stateStyle(state) },
    phases.join(", "),
    `${complete}/${phases.length}`,
    String(failed),
    String(atWork),
    base?.slice(0, 7) ?? "–",
  ]);
  const columns: readonly Column[] = [
    { title: "WAVE", align: "right" },
    { title: "TIER", align: "right" },
    { title: "STATE" },
    { title: "PHASES" },
    { title: "COMPLETE", align: "right" },
    { title: "FAILED", align: "right" },
    { title: "AT WORK", align: "right" },
    { title: "BASE" },
  ];
  return indented(table(columns, rows, paint));
}

function gates({ gates: lines, head: sha }: RunReport, paint: Paint): readonly string[] {
  if (lines.length === 0 || sha === null) return [];
  const rows = lines.map(({ gate, conclusion, reason }) => [
    gate,
    { text: conclusion, style: gateStyle(conclusion) },
    reason,
  ]);
  return indented(
    table([{ title: "GATE" }, { title: `ON ${sha.slice(0, 7)}` }, { title: "REASON", max: 120 }], rows, paint),
  );
}

function gateStyle(conclusion: string): "good" | "bad" | "faint" {
  if (conclusion === "success") return "good";
  return conclusion === "failure" ? "bad" : "faint";
}

function checkpoints({ checkpoints: lines }: RunReport, paint: Paint): readonly string[] {
  if (lines.length === 0) return [];
  const rows = lines.map(({ phase, landing, sha, at }) => [
    String(landing),
    sha.slice(0, 7),
    `phase ${phase}`,
    utcSeconds(at),
  ]);
  const columns: readonly Column[] = [
    { title: "CHECKPOINT", align: "right" },
    { title: "COMMIT" },
    { title: "OF" },
    { title: "AT (UTC)" },
  ];
  return indented(table(columns, rows, paint));
}

function history(report: RunReport, paint: Paint): readonly string[] {
  const { events = [] } = report;
  return events.length === 0 ? [] : [paint("HISTORY", "faint"), ...events.map((entry) => historyLine(entry, paint))];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
