import { MEASURES } from "../domain/budget/budget.ts";
import type { Amounts, Measure } from "../domain/budget/budget.ts";
import type { Chosen } from "../domain/strategy/chosen.ts";
import { amount } from "./runReportHold.ts";
import { table } from "./runReportTable.ts";
import type { Cell, Column, Paint } from "./runReportTable.ts";
import { apartText, groupsText, readinessText } from "./strategyReportAdviceText.ts";
import type { StrategyPhaseReport, StrategyReport } from "./strategyReport.ts";

/** Where a value comes from; `table` is what needs no words, `plan` says it of one phase. */
const ORIGINS = {
  table: "built in",
  profile: "the safety profile",
  config: "the configuration",
  policy: "the operator's policy",
  plan: "the plan",
} as const;

type Scalar = string | number | boolean;

interface Sourced {
  readonly value: Scalar;
  readonly from: keyof typeof ORIGINS;
  readonly wanted?: Scalar;
}

/** A strategy as lines for a terminal: what each phase is held to, the caps, and where all that is not built in comes from. */
export function strategyReportText(report: StrategyReport, paint: Paint): readonly string[] {
  const parts = [
    head(report, paint),
    report.phases.length === 0 ? categories(report, paint) : phases(report, paint),
    indented(readinessText(report, paint)),
    waves(report, paint),
    indented(apartText(report, paint)),
    indented(groupsText(report, paint)),
    budgets(report, paint),
    origins(report, paint),
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ["", ...part]));
}

function head(report: StrategyReport, paint: Paint): readonly string[] {
  const { minor_findings_per_phase: minor, ageing } = report;
  const audits = report.auditor
    ? report.audit_every_phase.value
      ? "every phase"
      : "phases whose category may not land without"
    : "switched off";
  const facts = [
    ["profile", report.profile.value],
    ["audited", audits],
    ["approvals", String(report.approvals.value)],
    ["side by side", `up to ${report.max_parallel.value} phases; up to ${report.max_phases.value} a run`],
    ["minor findings", `${minor.tier.value} for each phase of a tier, ${minor.run.value} for each of the run`],
    ["findings age", `${ageing.runs.value} runs and ${ageing.tiers.value} tiers`],
    ["readiness", readinessFact(report.min_readiness.value)],
    ["at a cap", report.on_exhausted.value === "pause" ? "the run waits for a person" : "the run fails"],
  ].map(([name = "", value = ""]) => [faint(name), value]);
  return [
    `strategy ${paint(report.hash.slice(0, 12), "strong")}`,
    ...indented(table([{ title: "" }, { title: "", max: 200 }], facts, paint)),
  ];
}

function readinessFact(min: number): string {
  return min === 0 ? "shown, not enforced" : `every phase of a plan needs ${min} points of 100`;
}

const RULE_COLUMNS: readonly Column[] = [
  { title: "CI" },
  { title: "B/A ATTEMPTS", align: "right" },
  { title: "TOKENS", align: "right" },
];

function categories(report: StrategyReport, paint: Paint): readonly string[] {
  const rows = Object.entries(report.categories).map(([name, rules]) => [
    name === "*" ? "any other" : name,
    rules.ci_profile.value,
    `${rules.attempts.builder.value}/${rules.attempts.auditor.value}`,
    count(rules.tokens.value),
    rules.may_land_unaudited.value ? "yes" : "no",
    rules.auditor_profile.value ?? "–",
    rules.builder_mode.value,
  ]);
  const columns = [
    { title: "CATEGORY" },
    ...RULE_COLUMNS,
    { title: "UNAUDITED" },
    { title: "AUDIT" },
    { title: "BUILDER MODE" },
  ];
  return indented(table(columns, rows, paint));
}

function phases(report: StrategyReport, paint: Paint): readonly string[] {
  const columns: readonly Column[] = [
    { title: "#", align: "right" },
    { title: "PHASE", max: 40 },
    { title: "TIER", align: "right" },
    { title: "WAVE", align: "right" },
    { title: "CATEGORY" },
    ...RULE_COLUMNS,
    { title: "AUDIT" },
    { title: "BUILDER MODE" },
    { title: "TURNS", align: "right" },
    { title: "SECONDS", align: "right" },
  ];
  return indented(table(columns, report.phases.map(phaseRow), paint));
}

function phaseRow(phase: StrategyPhaseReport): readonly (string | Cell)[] {
  const { builder, auditor } = phase;
  return [
    String(phase.ordinal),
    phase.title,
    String(phase.tier),
    phase.wave === 0 ? "–" : String(phase.wave),
    categoryCell(phase),
    phase.ci_profile.value,
    `${builder.attempts.value}/${auditor === null ? "–" : auditor.attempts.value}`,
    count(phase.tokens.value),
    phase.audit ?? "–",
    phase.builder_mode.value,
    count(builder.turns.value),
    count(builder.seconds.value),
  ];
}

function categoryCell({ category }: StrategyPhaseReport): string | Cell {
  switch (category.known_as) {
    case "alias":
      return `${category.counted} (${category.asked})`;
    case "unknown":
      return { text: `${category.counted} (unknown)`, style: "busy" };
    case "table":
    case "config":
      return category.counted;
  }
}

function waves({ waves: planned }: StrategyReport, paint: Paint): readonly string[] {
  const rows = planned.map(({ number, tier, phases: ordinals }) => [String(number), String(tier), ordinals.join(", ")]);
  const columns: readonly Column[] = [
    { title: "WAVE", align: "right" },
    { title: "TIER", align: "right" },
    { title: "PHASES", max: 200 },
  ];
  return rows.length === 0 ? [] : indented(table(columns, rows, paint));
}

function budgets(report: StrategyReport, paint: Paint): readonly string[] {
  const fixed = (name: "attempt" | "phase" | "issue" | "day") => [[name, plain(report.budgets[name])] as const];
  const rows = [
    ...fixed("attempt"),
    ...fixed("phase"),
    ...report.tiers.map(({ ordinal, title, budget }) => [`tier ${ordinal}, ${title}`, budget] as const),
    ["run", report.run.budget] as const,
    ...fixed("issue"),
    ...fixed("day"),
  ].filter(([, amounts]) => Object.keys(amounts).length > 0);
  const columns = [{ title: "CAPS" }, { title: "", max: 200 }];
  return indented(
    table(
      columns,
      rows.map(([name, amounts]) => [name, amountsText(amounts)]),
      paint,
    ),
  );
}

function plain(amounts: Readonly<Partial<Record<Measure, Chosen<number>>>>): Amounts {
  return Object.fromEntries(
    MEASURES.flatMap((measure) => (amounts[measure] === undefined ? [] : [[measure, amounts[measure].value]])),
  );
}

function amountsText(amounts: Amounts): string {
  return MEASURES.flatMap((measure) => {
    const value = amounts[measure];
    if (value === undefined) return [];
    return [measure === "findings" ? `${value} minor findings` : amount(measure, value)];
  }).join(", ");
}

/** Everything that is not built in, with what was asked for where that was more. */
function origins(report: StrategyReport, paint: Paint): readonly string[] {
  const { categories: table_, phases: listed, tiers: _tiers, waves: _waves, ...rest } = report;
  const perPhase = listed.flatMap(({ ordinal, ...phase }) => collect(phase, `phase ${ordinal}`));
  const own = listed.length > 0 ? [] : collect(table_, "");
  const rows = [...collect(rest, ""), ...own, ...perPhase].map(({ path, sourced }) => [
    path,
    scalar(sourced.value),
    wanted(sourced),
  ]);
  return rows.length === 0
    ? []
    : indented(table([{ title: "NOT BUILT IN" }, { title: "VALUE", align: "right" }, { title: "FROM" }], rows, paint));
}

function wanted({ from, wanted: more }: Sourced): string {
  return more === undefined ? ORIGINS[from] : `${ORIGINS[from]}, lowered from ${scalar(more)}`;
}

interface Found {
  readonly path: string;
  readonly sourced: Sourced;
}

function collect(value: unknown, path: string): readonly Found[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  if (isSourced(value)) return value.from === "table" ? [] : [{ path, sourced: value }];
  return Object.entries(value).flatMap(([key, part]) => collect(part, path === "" ? key : `${path}.${key}`));
}

function isSourced(value: object): value is Sourced {
  return "value" in value && "from" in value && typeof value.from === "string" && value.from in ORIGINS;
}

function faint(text: string): Cell {
  return { text, style: "faint" };
}

function scalar(value: Scalar): string {
  return typeof value === "number" ? count(value) : String(value);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
