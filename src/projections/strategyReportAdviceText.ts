import { table } from "./runReportTable.ts";
import type { Cell, Column, Paint } from "./runReportTable.ts";
import type { StrategyReport } from "./strategyReport.ts";

type Row = readonly (string | Cell)[];

/** How ready each phase is, with a line for each thing that it misses. */
export function readinessText({ phases }: StrategyReport, paint: Paint): readonly string[] {
  const rows = phases.flatMap(({ ordinal, readiness: { points, ready, missing } }): readonly Row[] => {
    const verdict: Cell = ready ? { text: "ready", style: "good" } : { text: "not ready", style: "busy" };
    const [first = "–", ...more] = missing;
    return [[String(ordinal), String(points), verdict, first], ...more.map((text) => ["", "", "", text])];
  });
  const columns: readonly Column[] = [
    { title: "#", align: "right" },
    { title: "POINTS", align: "right" },
    { title: "OF 100" },
    { title: "MISSING", max: 120 },
  ];
  return rows.length === 0 ? [] : table(columns, rows, paint);
}

/** Why phases that do not wait for each other are not side by side. */
export function apartText({ apart }: StrategyReport, paint: Paint): readonly string[] {
  const rows = apart.map((one): Row => [one.phases.join(", "), reason(one)]);
  const columns: readonly Column[] = [{ title: "APART" }, { title: "WHY", max: 240 }];
  return rows.length === 0 ? [] : table(columns, rows, paint);
}

const DOES = { create: "creates", update: "updates", delete: "deletes", read: "reads" } as const;

function reason({ why, touches }: StrategyReport["apart"][number]): string {
  switch (why) {
    case "undeclared":
      return "alone in its wave, as nobody knows what it touches: name its `files`";
    case "same_path":
      return touches.map(({ phase, operation, path }) => `${phase} ${DOES[operation]} ${path}`).join(", ");
  }
}

/** What may be the same work twice, and what would do better as one phase. */
export function groupsText({ groups, duplicates }: StrategyReport, paint: Paint): readonly string[] {
  const twice = new Set(duplicates.map(({ id }) => id));
  const rows = [
    ...duplicates.map((group) => groupRow(group, "look like the same work written twice")),
    ...groups.filter(({ id }) => !twice.has(id)).map((group) => groupRow(group, "may do better as one phase")),
  ];
  const columns: readonly Column[] = [{ title: "PHASES" }, { title: "ALIKE", align: "right" }, { title: "SUGGESTION" }];
  return rows.length === 0 ? [] : table(columns, rows, paint);
}

function groupRow({ phases, score }: StrategyReport["groups"][number], suggestion: string): Row {
  return [phases.join(", "), `${Math.round(score * 100)}%`, suggestion];
}
