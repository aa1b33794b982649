import type { AttemptReport, PhaseReport } from "./runReport.ts";
import { amount } from "./runReportHold.ts";
import { stateStyle } from "./runReportList.ts";
import { shownLine, table } from "./runReportTable.ts";
import type { Cell, Column, Paint } from "./runReportTable.ts";
import { duration } from "./spendLine.ts";

/** Touched paths that are shown; the others are counted. */
const MAX_PATHS = 20;

/** A phase as lines for a terminal: where it stands, its attempts, and what was said of its change. */
export function phaseLines(phase: PhaseReport, paint: Paint): readonly string[] {
  const label = phase.ordinal === 0 ? "PLANNER" : `PHASE ${phase.ordinal}`;
  const title = `${paint(label, "strong")}  ${paint(phase.state, stateStyle(phase.state))}  ${shownLine(phase.title, 100)}`;
  const facts: readonly (readonly [string, string | null])[] = [
    ["why", reason(phase)],
    ["commit", commit(phase)],
    ["category", category(phase)],
    ["counters", counters(phase)],
    ["spent", spent(phase)],
    ["in a row", streak(phase)],
    ["approach", phase.approach],
    ["change", change(phase)],
    ["touched", touched(phase)],
    ["gates", phase.gates.map(({ gate, conclusion }) => `${gate} ${conclusion}`).join(", ") || null],
    [
      "audit",
      phase.verdict === null
        ? null
        : `${phase.verdict.decision} (${phase.verdict.confidence}): ${phase.verdict.summary}`,
    ],
  ];
  const rows = facts.flatMap(([name, value]) =>
    value === null ? [] : [[{ text: name, style: "faint" as const }, value]],
  );
  return [
    title,
    ...indented(table([{ title: "" }, { title: "", max: 300 }], rows, paint)),
    ...indented(attempts(phase, paint)),
    ...indented(acceptance(phase, paint)),
    ...indented(findings(phase, paint)),
  ];
}

function reason({ detail }: PhaseReport): string | null {
  return "reason" in detail ? `${detail.reason} (${detail.cause})` : null;
}

function commit({ detail }: PhaseReport): string | null {
  return "sha" in detail ? `${detail.sha.slice(0, 7)}, number ${detail.landing} of the run` : null;
}

function category({ category: now, planned_category: planned, raised_because: because, tier }: PhaseReport): string {
  const raised = because === null ? "" : `, raised from ${planned}: ${because}`;
  return `${now}${raised} · tier ${tier}`;
}

const COUNTERS = {
  retries: "failed",
  revisions: "revised",
  escalations: "escalated",
  audit_failures: "audits without a verdict",
  interruptions: "interrupted",
} as const;

function counters({ counters: counts, fallback }: PhaseReport): string | null {
  const names = Object.keys(COUNTERS) as (keyof typeof COUNTERS)[];
  const parts = names.flatMap((name) => (counts[name] === 0 ? [] : [`${counts[name]} ${COUNTERS[name]}`]));
  return [...parts, ...(fallback ? ["the fallback agent has taken over"] : [])].join(", ") || null;
}

function spent({ spend }: PhaseReport): string | null {
  const used = spend.filter((line) => line.spent > 0);
  const parts = used.map((line) =>
    line.cap === null
      ? amount(line.measure, line.spent)
      : `${amount(line.measure, line.spent)} of ${amount(line.measure, line.cap)}`,
  );
  return parts.join(", ") || null;
}

/** Whether the attempts get anywhere: failures in a row, and what changed from the last but one to the last. */
function streak({ failures }: PhaseReport): string | null {
  const last = failures.at(-1);
  if (last === undefined) return null;
  const count = failures.length === 1 ? "1 failure" : `${failures.length} failures`;
  if (last.error_changed === null) return `${count}: ${last.class}`;
  return `${count}: ${last.class}; ${last.error_changed ? "another error" : "the same error"}, ${last.tree_changed === true ? "another tree" : "the same tree"} as before`;
}

function change({ change: made }: PhaseReport): string | null {
  if (made === null) return null;
  return `${made.files} ${made.files === 1 ? "file" : "files"}, +${made.lines_added} −${made.lines_deleted}${made.summary === "" ? "" : `: ${made.summary}`}`;
}

const SIGNS = { create: "+", update: "~", delete: "−" } as const;

function touched({ change: made }: PhaseReport): string | null {
  if (made === null || made.touched.length === 0) return null;
  const shown = made.touched.slice(0, MAX_PATHS).map(({ path, operation }) => `${SIGNS[operation]}${path}`);
  const rest = made.touched.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(" ");
}

function attempts(phase: PhaseReport, paint: Paint): readonly string[] {
  if (phase.attempts.length === 0) return [];
  const columns: readonly Column[] = [
    { title: "ATTEMPT" },
    { title: "ROLE" },
    { title: "STATE" },
    { title: "TOOK", align: "right" },
    { title: "TOKENS", align: "right" },
    { title: "COST", align: "right" },
    { title: "VERSION" },
    { title: "SPEC" },
    { title: "FAILURE", max: 100 },
  ];
  return table(
    columns,
    phase.attempts.map((attempt) => attemptRow(phase, attempt)),
    paint,
  );
}

function attemptRow(phase: PhaseReport, attempt: AttemptReport): readonly (string | Cell)[] {
  const { usage, failure, waits } = attempt;
  return [
    `${phase.ordinal}.${attempt.number}`,
    attempt.role,
    { text: waits === 0 ? attempt.state : `${attempt.state}, waited ${waits}×`, style: stateStyle(attempt.state) },
    attempt.duration_ms === null ? "–" : duration(attempt.duration_ms),
    (usage.input_tokens + usage.output_tokens).toLocaleString("en-US"),
    `$${usage.cost_usd.toFixed(2)}`,
    attempt.agent_version ?? "–",
    attempt.agent_spec?.slice(0, 8) ?? "–",
    failure === null ? "" : `${failure.class}: ${failure.message}`,
  ];
}

function acceptance({ acceptance: result }: PhaseReport, paint: Paint): readonly string[] {
  if (result === null) return [];
  const columns: readonly Column[] = [
    { title: "VALIDATOR" },
    { title: "VERDICT" },
    { title: "SCORE", align: "right" },
    { title: "EXPECTED", max: 50 },
    { title: "GOT", max: 80 },
    { title: "LOG" },
  ];
  const rows = result.results.map(({ name, type, verdict, score, required, expected, got, log }) => [
    `${name} (${type})${required ? " !" : ""}`,
    { text: verdict, style: verdict === "passed" ? ("good" as const) : ("bad" as const) },
    score.toFixed(2),
    expected,
    got,
    log?.slice(0, 12) ?? "–",
  ]);
  const total = `acceptance ${result.verdict}, score ${result.score.toFixed(2)}: ${shownLine(result.reason, 160)}`;
  return [...table(columns, rows, paint), total];
}

function findings({ findings: found }: PhaseReport, paint: Paint): readonly string[] {
  if (found.length === 0) return [];
  const rows = found.map(({ severity, source, title, path, lines }) => [
    { text: severity, style: severity === "major" ? ("bad" as const) : ("plain" as const) },
    source,
    path === null ? "–" : `${path}${lines === null ? "" : `:${lines.start}`}`,
    title,
  ]);
  return table(
    [{ title: "FINDING" }, { title: "SOURCE" }, { title: "WHERE" }, { title: "WHAT", max: 100 }],
    rows,
    paint,
  );
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
